package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import org.junit.jupiter.api.Test;

class MailboxPageIT {

  private static final JsonArray MAILS =
      new JsonArray()
          .add(
              new JsonObject()
                  .put("to", "a@b.test")
                  .put("subject", "<script>alert(1)</script>")
                  .put("text", "Hello & welcome")
                  .put("html", "<img src=x onerror=alert(1)>")
                  .put("headers", new JsonObject())
                  .put("receivedAt", "2031-03-04T16:00:00Z"));

  @Test
  void mails_are_shown_as_text_and_listed_for_who_accepts_json() {
    Vertx vertx = Vertx.vertx();
    try {
      HttpServer mailServer =
          HttpHouse.wait(
              vertx
                  .createHttpServer()
                  .requestHandler(
                      request ->
                          request
                              .response()
                              .end(
                                  "nobody@b.test".equals(request.getParam("to"))
                                      ? "[]"
                                      : MAILS.encode()))
                  .listen(0, "127.0.0.1"));
      String settings =
          "{\"mailboxUrl\": \"http://127.0.0.1:%d/mails\"}".formatted(mailServer.actualPort());
      try (HttpHouse house =
          new HttpHouse(true, settings, HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS)) {
        String page = house.send(HttpMethod.GET, "/dev/mailbox", null, null).bodyAsString();
        assertThat(page)
            .contains("&lt;script&gt;", "Hello &amp; welcome", "a@b.test")
            .doesNotContain("<script>", "onerror");
        assertThat(list(house, "/dev/mailbox").bodyAsJsonArray()).isEqualTo(MAILS);
        assertThat(list(house, "/dev/mailbox?to=nobody%40b.test").bodyAsJsonArray()).isEmpty();

        HttpHouse.wait(mailServer.close());
        assertThat(list(house, "/dev/mailbox").statusCode()).isEqualTo(503);
      }
    } finally {
      HttpHouse.wait(vertx.close());
    }
  }

  private static HttpResponse<Buffer> list(HttpHouse house, String path) {
    return HttpHouse.wait(
        house.request(HttpMethod.GET, path, null).putHeader("Accept", "application/json").send());
  }
}
