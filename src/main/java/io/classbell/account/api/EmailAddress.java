package io.classbell.account.api;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A plain e-mail address: an RFC 5321 mailbox with a dot-atom before the {@code @} and a domain of
 * two or more labels after it, in ASCII and lower case. Display names, comments, quoted parts and
 * address literals are rejected, because a mail client reads {@code d@e.f <v@x.org>} as v@x.org.
 */
public record EmailAddress(String value) {
  private static final int MOST_CHARACTERS = 254;
  private static final int MOST_BEFORE_AT = 64;
  private static final String ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+";
  private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  private static final Pattern FORM =
      Pattern.compile(ATOM + "(?:\\." + ATOM + ")*@(?:" + LABEL + "\\.)+" + LABEL);

  /**
   * Parses an address, removing surrounding spaces and converting it to lower case; null if it is
   * not valid.
   */
  public static @Nullable EmailAddress parse(@Nullable String text) {
    if (text == null || text.length() > 2 * MOST_CHARACTERS) {
      return null;
    }
    String stripped = stripSpaces(text);
    // Checked before the conversion to lower case, which turns the Kelvin sign into an ASCII k.
    if (!stripped.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      return null;
    }
    String value = stripped.toLowerCase(Locale.ROOT);
    boolean isValid =
        value.length() <= MOST_CHARACTERS
            && FORM.matcher(value).matches()
            && value.indexOf('@') <= MOST_BEFORE_AT
            && !endsInDigits(value);
    return isValid ? new EmailAddress(value) : null;
  }

  /**
   * Strips spaces only: line breaks are rejected rather than removed, because they could inject
   * mail headers.
   */
  private static String stripSpaces(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && text.charAt(from) == ' ') {
      from++;
    }
    while (to > from && text.charAt(to - 1) == ' ') {
      to--;
    }
    return text.substring(from, to);
  }

  /** A top-level domain is not all digits (RFC 3696, section 2); such a domain is an IP address. */
  private static boolean endsInDigits(String value) {
    return value.substring(value.lastIndexOf('.') + 1).chars().allMatch(Character::isDigit);
  }

  /** Masked, so that addresses do not reach logs. */
  @Override
  public String toString() {
    return "***";
  }
}
