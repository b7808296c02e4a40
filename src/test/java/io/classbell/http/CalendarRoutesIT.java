package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.bus.Caller;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CalendarRoutesIT {
  private static final String FEED = "/api/v1/calendar/" + FakeHouse.SLOT + ".ics";

  private static HttpHouse house;

  @BeforeAll
  static void open() {
    house = HttpHouse.open();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @Test
  void the_address_is_below_the_public_one_and_can_be_read_without_a_login() {
    HttpResponse<Buffer> created =
        house.send(
            HttpMethod.POST, "/api/v1/me/calendar-feed", house.token(Caller.Role.student), null);
    assertThat(created.statusCode()).isEqualTo(201);
    String url = created.bodyAsJsonObject().getString("url");
    assertThat(url).matches("https?://[^/]+" + FEED);

    HttpResponse<Buffer> feed = get(FEED, Map.of());
    assertThat(feed.statusCode()).isEqualTo(200);
    assertThat(feed.getHeader("Content-Type")).isEqualTo("text/calendar; charset=utf-8");
    assertThat(feed.getHeader("Cache-Control")).startsWith("private");
    assertThat(feed.bodyAsString()).startsWith("BEGIN:VCALENDAR");
  }

  @Test
  void a_calendar_that_has_not_changed_is_not_sent_again() {
    String tag = get(FEED, Map.of()).getHeader("ETag");
    assertThat(tag).matches("\"[\\w-]+\"");
    for (String known : new String[] {tag, "W/" + tag, "\"other\", " + tag, "*"}) {
      HttpResponse<Buffer> answer = get(FEED, Map.of("If-None-Match", known));
      assertThat(answer.statusCode()).as(known).isEqualTo(304);
      assertThat(answer.getHeader("ETag")).isEqualTo(tag);
      assertThat(answer.body()).isNull();
    }
    assertThat(get(FEED, Map.of("If-None-Match", "\"other\"")).statusCode()).isEqualTo(200);
    String bearer = "Bearer " + house.token(Caller.Role.teacher);
    assertThat(
            get("/api/v1/me/calendar.ics", Map.of("If-None-Match", tag, "Authorization", bearer))
                .statusCode())
        .isEqualTo(304);
  }

  @Test
  void a_calendar_answers_head_without_its_body_and_gzip_where_it_is_long() throws IOException {
    HttpResponse<Buffer> plain = get(FEED, Map.of());
    HttpResponse<Buffer> head = HttpHouse.wait(house.request(HttpMethod.HEAD, FEED, null).send());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isNull();
    for (String same : List.of("Content-Type", "Content-Length", "ETag", "Cache-Control", "Vary")) {
      assertThat(head.getHeader(same)).as(same).isNotNull().isEqualTo(plain.getHeader(same));
    }
    assertThat(plain.getHeader("Vary")).contains("Accept-Encoding");

    HttpResponse<Buffer> packed = get(FEED, Map.of("Accept-Encoding", "gzip"));
    assertThat(plain.body().length()).isGreaterThan(1_024);
    assertThat(packed.getHeader("Content-Encoding")).isEqualTo("gzip");
    assertThat(packed.getHeader("Content-Type")).isEqualTo("text/calendar; charset=utf-8");
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body().getBytes()))) {
      assertThat(in.readAllBytes()).isEqualTo(plain.body().getBytes());
    }
    // Either tag is known, whatever coding the client accepts now.
    assertThat(get(FEED, Map.of("If-None-Match", packed.getHeader("ETag"))).statusCode())
        .isEqualTo(304);
  }

  @Test
  void what_is_no_address_of_a_feed_is_not_found_and_its_token_is_not_repeated() {
    for (String path :
        new String[] {
          "/api/v1/calendar/" + FakeHouse.UNKNOWN + ".ics", "/api/v1/calendar/" + FakeHouse.SLOT
        }) {
      HttpResponse<Buffer> answer = get(path, Map.of());
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("not_found");
      assertThat(answer.bodyAsString()).doesNotContain(FakeHouse.UNKNOWN);
    }
  }

  @Test
  void revoking_is_answered_alike_where_there_was_none() {
    String token = house.token(Caller.Role.student);
    for (int i = 0; i < 2; i++) {
      assertThat(
              house.send(HttpMethod.DELETE, "/api/v1/me/calendar-feed", token, null).statusCode())
          .isEqualTo(204);
    }
  }

  private static HttpResponse<Buffer> get(String path, Map<String, String> headers) {
    HttpRequest<Buffer> request = house.request(HttpMethod.GET, path, null);
    headers.forEach(request::putHeader);
    return HttpHouse.wait(request.send());
  }
}
