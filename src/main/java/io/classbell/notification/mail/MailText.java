package io.classbell.notification.mail;

import io.classbell.notification.text.Language;
import io.classbell.notification.text.PlainText;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The content of a mail: a subject of one line, and the same text as plain text and as HTML without
 * external resources.
 */
record MailText(String subject, String plain, String html) {
  private static final int LONGEST_SUBJECT = 200;

  /** A link; the plain text contains {@code url} too. */
  record Link(String label, String url) {}

  /**
   * Renders a mail.
   *
   * @param name name of the recipient for the greeting; null for a greeting without a name
   * @param sender name of the sender
   */
  static MailText of(
      Language language,
      String sender,
      @Nullable String name,
      String title,
      String text,
      @Nullable Link link) {
    String greeting =
        language
            .template("mail.greeting")
            .fill(key -> name == null ? null : PlainText.line(name, 120));
    String footer = language.template("mail.footer").fill(key -> sender);
    Link safe = link != null && isWeb(link.url) ? link : null;
    StringBuilder plain = new StringBuilder();
    plain.append(greeting).append("\n\n").append(text).append("\n\n");
    if (safe != null && !text.contains(safe.url)) {
      plain.append(safe.label).append(": ").append(safe.url).append("\n\n");
    }
    plain.append("-- \n").append(footer).append('\n');
    String html =
        HTML.formatted(
            PlainText.html(title),
            PlainText.html(sender),
            PlainText.html(title),
            PlainText.html(greeting),
            PlainText.html(text),
            safe == null ? "" : button(safe),
            PlainText.html(footer));
    return new MailText(PlainText.line(title, LONGEST_SUBJECT), plain.toString(), html);
  }

  private static String button(Link link) {
    return BUTTON.formatted(PlainText.html(link.url), PlainText.html(link.label));
  }

  /** Whether the scheme is http or https; other schemes could execute code. */
  private static boolean isWeb(String url) {
    try {
      URI uri = new URI(url);
      String scheme = String.valueOf(uri.getScheme());
      return (scheme.equals("https") || scheme.equals("http")) && uri.getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static final String HTML =
      """
      <!DOCTYPE html>
      <html>
      <head><meta charset="utf-8"><title>%s</title></head>
      <body style="margin:0;padding:24px;background:#f4f5f7;font-family:Helvetica,Arial,sans-serif;color:#1f2933">
      <div style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border-radius:8px">
      <p style="margin:0 0 16px;font-size:13px;color:#52606d">%s</p>
      <h1 style="margin:0 0 16px;font-size:20px">%s</h1>
      <p style="margin:0 0 16px">%s</p>
      <p style="margin:0 0 16px;line-height:1.5">%s</p>
      %s
      <p style="margin:24px 0 0;font-size:12px;color:#7b8794">%s</p>
      </div>
      </body>
      </html>
      """;

  private static final String BUTTON =
      """
      <p style="margin:24px 0"><a href="%s" style="display:inline-block;padding:12px 20px;background:#1f5fbf;color:#ffffff;text-decoration:none;border-radius:6px">%s</a></p>
      """;
}
