package io.classbell.platform.log;

import java.util.regex.Pattern;

/**
 * Masks secrets and personal data in log lines. Classbell's own lines contain none, but messages of
 * libraries do: the database quotes the value of a duplicate key, a parser the text that it cannot
 * read, a mail server the recipient.
 */
final class LogMasking {
  private static final String STARS = "***";

  private static final Pattern EMAIL =
      Pattern.compile("[\\w.!#$%&'*+/=?^`{|}~-]++@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+");

  /** Signed tokens begin with a JSON object in base64url, so they share the same prefix. */
  private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]{8,}\\.[\\w-]+(?:\\.[\\w-]*)?");

  /** Keys and signing secrets of Stripe, access tokens of Google, and credentials in headers. */
  private static final Pattern PROVIDER_KEY =
      Pattern.compile(
          "\\b(?:[srp]k_(?:live|test)_|whsec_|ya29\\.)[\\w./+=-]+|\\b(?:Bearer|Basic)"
              + " [\\w.~+/=-]{8,}");

  /** The address of a calendar feed is a credential: it is sufficient to read the feed. */
  private static final Pattern CALENDAR_FEED = Pattern.compile("(/calendar/)[^/\\s\"']+(?=\\.ics)");

  /** Matches up to the last possible closing quote, because the value may contain quotes. */
  private static final Pattern DUPLICATE = Pattern.compile("(Duplicate entry )'.*'(?= for key )");

  private static final Pattern QUOTED =
      Pattern.compile(
          "(value: |near |from String |Unrecognized token |Text )"
              + "(?:'.*'|\"(?:[^\"\\\\]|\\\\.)*+\"?)"
              + "(?=: | for | at |, | could |$|\\n|\\))");

  static String over(String text) {
    String masked = text;
    if (text.indexOf('@') >= 0) {
      masked = EMAIL.matcher(masked).replaceAll(STARS);
    }
    if (text.contains("eyJ")) {
      masked = TOKEN.matcher(masked).replaceAll(STARS);
    }
    if (text.contains("k_")
        || text.contains("whsec_")
        || text.contains("ya29.")
        || text.contains("Bearer ")
        || text.contains("Basic ")) {
      masked = PROVIDER_KEY.matcher(masked).replaceAll(STARS);
    }
    if (text.contains(".ics")) {
      masked = CALENDAR_FEED.matcher(masked).replaceAll("$1" + STARS);
    }
    if (text.indexOf('\'') >= 0 || text.indexOf('"') >= 0) {
      masked = DUPLICATE.matcher(masked).replaceAll("$1" + STARS);
      masked = QUOTED.matcher(masked).replaceAll("$1" + STARS);
    }
    return masked;
  }

  private LogMasking() {}
}
