package io.classbell.notification.mail;

import java.util.regex.Pattern;

/**
 * Whether an address is one mail can be sent to: a dot-atom and a host name, in ASCII (RFC 5321
 * without its quoted forms). The mail client would take {@code d@e.f <v@x.org>} and mail v@x.org.
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
