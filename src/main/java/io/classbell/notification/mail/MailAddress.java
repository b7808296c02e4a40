package io.classbell.notification.mail;

import java.util.regex.Pattern;

/**
 * Validates recipient addresses: a dot-atom and a host name in ASCII (RFC 5321 without quoted
 * forms). Other forms are rejected, because the mail client would accept {@code d@e.f <v@x.org>}
 * and send to v@x.org.
 */
final class MailAddress {
  private static final Pattern FORM =
      Pattern.compile(
          "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
              + "@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

  static boolean isValid(String address) {
    return address.length() <= 254 && FORM.matcher(address).matches();
  }

  private MailAddress() {}
}
