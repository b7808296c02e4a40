package io.classbell.platform;

import java.nio.charset.StandardCharsets;

/**
 * Folds content lines of iCalendar text (RFC 5545, 3.1): no line is longer than 75 octets of UTF-8
 * without its line break, and no character is split between two lines.
 */
public final class FoldedLines {
  private static final int MAX_OCTETS = 75;
  private static final String LINE_BREAK = "\r\n";

  /**
   * Folds every line.
   *
   * @param text complete content lines that are not folded yet, each ended by CRLF
   */
  public static String of(String text) {
    StringBuilder folded = new StringBuilder(text.length() + text.length() / 32);
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf(LINE_BREAK, start);
      int lineEnd = end < 0 ? text.length() : end;
      appendLine(folded, text, start, lineEnd);
      folded.append(LINE_BREAK);
      start = lineEnd + LINE_BREAK.length();
    }
    return folded.toString();
  }

  private static void appendLine(StringBuilder folded, String text, int start, int end) {
    int octets = 0;
    int i = start;
    while (i < end) {
      int character = text.codePointAt(i);
      int size = sizeOf(character);
      if (octets + size > MAX_OCTETS) {
        // The space that begins a continuation line counts as one of its octets.
        folded.append(LINE_BREAK).append(' ');
        octets = 1;
      }
      folded.appendCodePoint(character);
      octets += size;
      i += Character.charCount(character);
    }
  }

  private static int sizeOf(int character) {
    if (character < 0x80) {
      return 1;
    }
    return Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
  }

  private FoldedLines() {}
}
