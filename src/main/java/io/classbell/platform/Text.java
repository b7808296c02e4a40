package io.classbell.platform;

/** What may be asked of a text that people wrote, and others read in a list or a subject line. */
public final class Text {
  /** Directional overrides and isolates (Unicode UAX 9): they make a text read as another. */
  private static final String DIRECTIONS =
      "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

  /** Letters and symbols by category, of which nothing is seen: Hangul fillers, Braille's blank. */
  private static final String BLANKS = "\u115f\u1160\u3164\uffa0\u2800";

  /** In characters, as people and the database count them. */
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Whether it is one line that reads as it is written. */
  public static boolean isOneLine(String text) {
    return text.codePoints().noneMatch(Text::breaksLine);
  }

  /** Whether there is anything to be seen in it. */
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
