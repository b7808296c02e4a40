package io.classbell.notification.mail;

import java.util.regex.Pattern;
import org.apache.james.mime4j.codec.EncoderUtil;
import org.apache.james.mime4j.codec.EncoderUtil.Usage;
import org.apache.james.mime4j.util.MimeUtil;

/**
 * Encodes header values that contain user-supplied text. Printable ASCII stays as it is; other text
 * becomes encoded words of at most 75 octets, each of whole characters (RFC 2047, section 2). Lines
 * are folded at 76 characters.
 */
final class MailHeader {
  private static final int LONGEST_LINE = 76;
  private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");

  /**
   * Text that cannot be folded: words that fill a line, and runs of spaces, which could become a
   * line of only white space.
   */
  private static final Pattern NEEDS_ENCODING_WHEN_LONG = Pattern.compile("\\S{60,}|  |^ | $");

  /**
   * Encodes the text of an unstructured header, such as {@code Subject}. The text must not contain
   * control characters.
   */
  static String text(String header, String text) {
    int used = header.length() + 2;
    boolean plain =
        isPlain(text)
            && (used + text.length() <= LONGEST_LINE
                || !NEEDS_ENCODING_WHEN_LONG.matcher(text).find());
    return fold(plain ? text : encode(text, Usage.TEXT_TOKEN, used), used);
  }

  /** Encodes a mailbox with a display name, for {@code From}, {@code To} or {@code Reply-To}. */
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
