package io.classbell.account.api;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One plain address that mail can be sent to: an RFC 5321 mailbox with a dot-atom before the
 * {@code @} and a domain of two labels or more after it, in ASCII and lower case. No display name,
 * no comment, no quoted part, no address literal: a mail client takes {@code d@e.f <v@x.org>} for
 * v@x.org.
 */
public record EmailAddress(String value) {
  private static final int MOST_CHARACTERS = 254;
  private static final int MOST_BEFORE_AT = 64;
  private static final String ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+";
  private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  private static final Pattern FORM =
      Pattern.compile(ATOM + "(?:\\." + ATOM + ")*@(?:" + LABEL + "\\.)+" + LABEL);

  /** The address, without the spaces around it and in lower case, or null where it is none. */
  public static @Nullable EmailAddress parse(@Nullable String text) {
    if (text == null || text.length() > 2 * MOST_CHARACTERS) {
      return null;
    }
    String stripped = stripSpaces(text);
    // Before letters become small: the small letter of the Kelvin sign is an ASCII k.
    if (!stripped.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      return null;
    }
    String value = stripped.toLowerCase(Locale.ROOT);
    boolean sound =
        value.length() <= MOST_CHARACTERS
            && FORM.matcher(value).matches()
            && value.indexOf('@') <= MOST_BEFORE_AT
            && !endsInDigits(value);
    return sound ? new EmailAddress(value) : null;
  }

  /** Spaces only: a line break at the end is no slip of the keyboard. */
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

  /**
   * A last label of digits is no top-level domain (RFC 3696, section 2) but part of an IP address.
   */
  private static boolean endsInDigits(String value) {
    return value.substring(value.lastIndexOf('.') + 1).chars().allMatch(Character::isDigit);
  }

  /** Not shown: logs hold no addresses. */
  @Override
  public String toString() {
    return "***";
  }
}
