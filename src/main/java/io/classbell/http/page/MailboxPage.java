package io.classbell.http.page;

import io.classbell.http.call.Answer;
import io.classbell.http.call.ModuleClient;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.CaughtMail;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;

/** Lists mails that test mode caught instead of sending them, as a page or as JSON. */
public final class MailboxPage {

  private static final int MOST_SHOWN = 200;
  private static final Pattern ADDRESS = Pattern.compile("https?://\\S+");

  private final ModuleClient ask;

  public MailboxPage(ModuleClient ask) {
    this.ask = ask;
  }

  public void addTo(Router router) {
    router.get("/dev/mailbox").handler(this::show);
  }

  private void show(RoutingContext rc) {
    List<String> to = rc.queryParam("to");
    String accept = rc.request().getHeader("Accept");
    boolean json = accept != null && accept.contains("application/json");
    ask.of(
            NotificationApi.MAILBOX,
            new NotificationApi.CaughtMails(to.isEmpty() ? null : to.get(0), MOST_SHOWN))
        .onSuccess(
            mailbox -> {
              if (json) {
                Answer.ok(mailbox.items()).send(rc.response());
              } else {
                Pages.page(rc, Buffer.buffer(html(mailbox.items())));
              }
            })
        .onFailure(rc::fail);
  }

  /** Adds links to escaped text, so that no address can end the attribute. */
  private static String withLinks(String escaped) {
    return ADDRESS.matcher(escaped).replaceAll("<a href=\"$0\">$0</a>");
  }

  /** The plain text is shown, never the mail's own HTML. */
  private static String html(List<CaughtMail> mails) {
    StringBuilder page =
        new StringBuilder(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<title>Mailbox - Classbell</title>"
                + "<link rel=\"icon\" href=\"/assets/icon.svg\">"
                + "<link rel=\"stylesheet\" href=\"/assets/page.css\"></head>\n<body><main>"
                + "<h1>Mailbox</h1><p>Mails caught in test mode, newest first.</p>\n");
    for (CaughtMail mail : mails) {
      page.append("<article><h2>")
          .append(Html.escape(mail.subject()))
          .append("</h2><p>To <b>")
          .append(Html.escape(mail.to()))
          .append("</b>, <time>")
          .append(mail.receivedAt())
          .append("</time></p><pre>")
          .append(withLinks(Html.escape(mail.text() == null ? "" : mail.text())))
          .append("</pre></article>\n");
    }
    if (mails.isEmpty()) {
      page.append("<p>Nothing yet.</p>\n");
    }
    return page.append("</main></body></html>\n").toString();
  }
}
