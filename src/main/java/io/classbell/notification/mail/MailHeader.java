package io.classbell.notification.mail;

import java.util.regex.Pattern;
import org.apache.james.mime4j.codec.EncoderUtil;
import org.apache.james.mime4j.codec.EncoderUtil.Usage;
import org.apache.james.mime4j.util.MimeUtil;

/**
 * Header values with text that people write. Printable ASCII stays as it is; everything else
 * becomes encoded words of at most 75 octets, each of whole characters (RFC 2047, section 2). Lines
 * are folded at 76 characters.
 */
final class MailHeader {
  private static final int LONGEST_LINE = 76;
  private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");

  /**
   * Text that a reader would take for an encoded word, or that cannot be folded: words that fill a
   * line, and runs of spaces, which could become a line of nothing but white space.
   */
  private static final Pattern NEEDS_ENCODING_WHEN_LONG = Pattern.compile("\\S{60,}|  |^ | $");

  /** Text of an unstructured header, such as {@code Subject}; without control characters. */
  static String text(String header, String text) {
    int used = header.length() + 2;
    boolean plain =
        isPlain(text)
            && (used + text.length() <= LONGEST_LINE
                || !NEEDS_ENCODING_WHEN_LONG.matcher(text).find());
    return fold(plain ? text : encode(text, Usage.TEXT_TOKEN, used), used);
  }

  /** A mailbox with a display name, for {@code From}, {@code To} or {@code Reply-To}. */
  static String address(String header, String name, String address) {
    int used = header.length() + 2;
    if (name.isBlank()) {
      return address;
    }
    boolean plain =
        isPlain(name)
            && name.equals(name.strip())
            && used + name.length() <= LONGEST_LINE
            && !name.contains("  ");
    String phrase =
        plain ? EncoderUtil.encodeAddressDisplayName(name) : encode(name, Usage.WORD_ENTITY, used);
    return fold(phrase + " <" + address + ">", used);
  }

  private static boolean isPlain(String text) {
    return PRINTABLE.matcher(text).matches() && !text.contains("=?");
  }

  private static String encode(String text, Usage usage, int used) {
    return EncoderUtil.encodeEncodedWord(text, usage, used);
  }

  private static String fold(String value, int used) {
    return MimeUtil.fold(value, used);
  }

  private MailHeader() {}
}
