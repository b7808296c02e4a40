package io.classbell.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mails that were caught instead of sent, in test mode: a page, or a list for who accepts JSON.
 * They are read where the embedded mail server keeps them; without one there are none.
 */
final class MailboxPage {

  private static final long PATIENCE_MILLIS = Duration.ofSeconds(5).toMillis();

  private final WebClient client;
  private final @Nullable String mailboxUrl;

  MailboxPage(Vertx vertx, @Nullable String mailboxUrl) {
    this.client = WebClient.create(vertx, new WebClientOptions().setFollowRedirects(false));
    this.mailboxUrl = mailboxUrl;
  }

  void addTo(Router router) {
    router.get("/dev/mailbox").handler(this::show);
  }

  private void show(RoutingContext rc) {
    List<String> to = rc.queryParam("to");
    String accept = rc.request().getHeader("Accept");
    boolean json = accept != null && accept.contains("application/json");
    mails(to.isEmpty() ? null : to.get(0))
        .onSuccess(
            mails -> {
              if (json) {
                rc.response().putHeader("Content-Type", "application/json").end(mails.toBuffer());
              } else {
                Pages.page(rc, Buffer.buffer(html(mails)));
              }
            })
        .onFailure(
            e ->
                rc.fail(
                    Problem.later(
                        503, "mailbox_unavailable", "The mailbox can't be read now.", 1)));
  }

  private Future<JsonArray> mails(@Nullable String to) {
    if (mailboxUrl == null) {
      return Future.succeededFuture(new JsonArray());
    }
    HttpRequest<Buffer> request = client.getAbs(mailboxUrl).timeout(PATIENCE_MILLIS);
    if (to != null) {
      request.addQueryParam("to", to);
    }
    return request.send().map(HttpResponse::bodyAsJsonArray);
  }

  /** The plain text is shown, never the mail's own HTML. */
  private static String html(JsonArray mails) {
    StringBuilder page =
        new StringBuilder(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<title>Mailbox - Classbell</title>"
                + "<link rel=\"stylesheet\" href=\"/assets/page.css\"></head>\n<body><main>"
                + "<h1>Mailbox</h1><p>Mails caught in test mode, newest first.</p>\n");
    for (Object each : mails) {
      JsonObject mail = (JsonObject) each;
      page.append("<article><h2>")
          .append(text(mail, "subject"))
          .append("</h2><p>To <b>")
          .append(text(mail, "to"))
          .append("</b>, <time>")
          .append(text(mail, "receivedAt"))
          .append("</time></p><pre>")
          .append(text(mail, "text"))
          .append("</pre></article>\n");
    }
    if (mails.isEmpty()) {
      page.append("<p>Nothing yet.</p>\n");
    }
    return page.append("</main></body></html>\n").toString();
  }

  private static String text(JsonObject mail, String field) {
    String text = mail.getString(field);
    return text == null ? "" : Html.escape(text);
  }
}
