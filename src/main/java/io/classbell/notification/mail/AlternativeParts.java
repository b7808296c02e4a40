package io.classbell.notification.mail;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A body of type multipart/alternative with a calendar part, which comes last, because mail
 * programs show the last part that they understand. The mail client can only attach such a part, so
 * the body is built here.
 */
final class AlternativeParts {
  private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(76, new byte[] {'\n'});

  /** The value of {@code Content-Type}. */
  static String contentType(String boundary) {
    return "multipart/alternative; boundary=\"" + boundary + "\"";
  }

  /**
   * The body in ASCII. Lines end with LF only: the client turns them into CRLF, but encodes a text
   * with CR.
   */
  static String body(String boundary, MailText text, CalendarPart calendar) {
    return part(boundary, "text/plain; charset=utf-8", text.plain())
        + part(boundary, "text/html; charset=utf-8", text.html())
        + part(
            boundary, "text/calendar; charset=utf-8; method=" + calendar.method(), calendar.text())
        + "--"
        + boundary
        + "--\n";
  }

  private static String part(String boundary, String type, String content) {
    return "--"
        + boundary
        + "\nContent-Type: "
        + type
        + "\nContent-Transfer-Encoding: base64\n\n"
        + BASE64.encodeToString(content.getBytes(StandardCharsets.UTF_8))
        + "\n";
  }

  private AlternativeParts() {}
}
