package io.classbell.notification.text;

/** Sanitises user-supplied text for single-line, multi-line and HTML output. */
public final class PlainText {

  /**
   * Returns one line: control characters and line separators become spaces; at most {@code longest}
   * chars.
   */
  public static String line(String text, int longest) {
    return clip(clean(text, false), longest);
  }

  /**
   * Returns lines separated by LF: other control characters become spaces; at most {@code longest}
   * chars.
   */
  static String lines(String text, int longest) {
    return clip(clean(text.replace("\r\n", "\n"), true), longest);
  }

  /** Escapes text for use inside an HTML element or a quoted attribute. */
  public static String html(String text) {
    StringBuilder out = new StringBuilder(text.length() + 32);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        case '\n' -> out.append("<br>\n");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  private static String clean(String text, boolean keepLineFeeds) {
    int first = firstUnclean(text, keepLineFeeds);
    if (first < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text);
    for (int i = first; i < out.length(); i++) {
      if (unclean(out.charAt(i), keepLineFeeds)) {
        out.setCharAt(i, ' ');
      }
    }
    return out.toString();
  }

  private static int firstUnclean(String text, boolean keepLineFeeds) {
    for (int i = 0; i < text.length(); i++) {
      if (unclean(text.charAt(i), keepLineFeeds)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean unclean(char c, boolean keepLineFeeds) {
    return c == '\n' ? !keepLineFeeds : Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
  }

  /** Shortens text without splitting a surrogate pair. */
  private static String clip(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    int end = longest - 1;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "…";
  }

  private PlainText() {}
}
