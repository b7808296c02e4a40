package io.classbell.platform;

/** Checks of texts that users write and that others see in a list or a subject line. */
public final class Text {
  /**
   * Directional overrides and isolates (Unicode UAX 9), which make a text display differently from
   * its characters.
   */
  private static final String DIRECTIONS =
      "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

  /**
   * Characters that belong to letter or symbol categories but are invisible: Hangul fillers and the
   * blank Braille pattern.
   */
  private static final String BLANKS = "\u115f\u1160\u3164\uffa0\u2800";

  /** Returns the number of code points, which is how the database counts characters, too. */
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Whether the text is a single line without control characters or text direction characters. */
  public static boolean isOneLine(String text) {
    return text.codePoints().noneMatch(Text::breaksLine);
  }

  /**
   * Whether the text consists of lines without control characters (except tabs) or text direction
   * characters.
   */
  public static boolean areLines(String text) {
    return text.codePoints().noneMatch(c -> c != '\n' && c != '\r' && c != '\t' && breaksLine(c));
  }

  /** Whether the text has at least one visible character. */
  public static boolean isVisible(String text) {
    return text.codePoints().anyMatch(Text::isSeen);
  }

  private static boolean breaksLine(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> DIRECTIONS.indexOf(character) >= 0;
    };
  }

  private static boolean isSeen(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK ->
          false;
      default -> BLANKS.indexOf(character) < 0;
    };
  }

  private Text() {}
}
