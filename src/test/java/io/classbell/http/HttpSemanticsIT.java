package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.http.contract.Contract;
import io.classbell.platform.bus.Caller;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What RFC 9110 and browsers expect of any server. */
class HttpSemanticsIT {

  private static final String SLOTS = "/api/v1/slots";
  private static final String WALLET = "/api/v1/wallet";
  private static final String LOCAL_PAGE = "http://localhost:5173";

  private static HttpHouse house;
  private static int managementPort;

  @BeforeAll
  static void open() {
    house = HttpHouse.open();
    managementPort = house.management().port();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static HttpResponse<Buffer> ask(HttpMethod method, String path, String... headers) {
    return ask(house, method, path, headers);
  }

  private static HttpResponse<Buffer> ask(
      HttpHouse house, HttpMethod method, String path, String... headers) {
    boolean isApi = path.startsWith(Contract.PREFIX);
    HttpRequest<Buffer> request =
        house.request(method, path, isApi ? house.token(Caller.Role.student) : null);
    for (int i = 0; i < headers.length; i += 2) {
      request.putHeader(headers[i], headers[i + 1]);
    }
    return HttpHouse.wait(request.send());
  }

  /** Everything that comes back until the connection ends. */
  private static String raw(int port, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(40_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Map<String, String> headersOf(String answer) {
    return answer
        .lines()
        .skip(1)
        .takeWhile(line -> !line.isEmpty())
        .map(line -> line.split(": ", 2))
        .collect(
            Collectors.toMap(
                line -> line[0].toLowerCase(Locale.ROOT),
                line -> line[1],
                (one, other) -> one + ", " + other,
                TreeMap::new));
  }

  private static String request(String method, String path, String token) {
    return "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n"
        .formatted(method, path, token == null ? "" : "Authorization: Bearer " + token + "\r\n");
  }

  private static void headIsLikeGet(int port, String path, String token) throws IOException {
    String get = raw(port, request("GET", path, token));
    String head = raw(port, request("HEAD", path, token));
    assertThat(head.lines().findFirst()).as(path).isEqualTo(get.lines().findFirst());
    assertThat(head).as(path).endsWith("\r\n\r\n").containsOnlyOnce("\r\n\r\n");
    Map<String, String> expected = headersOf(get);
    Map<String, String> given = headersOf(head);
    assertThat(given.keySet()).as(path).isEqualTo(expected.keySet());
    for (String same : List.of("content-length", "content-type", "etag", "cache-control", "vary")) {
      assertThat(given.get(same)).as(path + " " + same).isEqualTo(expected.get(same));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/docs",
        "/openapi.yaml",
        "/reset",
        "/dev/mailbox",
        "/health/live",
        "/health/ready",
        "/assets/page.css",
        "/nothing",
        "/api/v1/wallet",
        "/api/v1/slots",
        "/api/v1/nothing",
        "/api/v1/me/calendar.ics",
        "/api/v1/bookings/01970000-0000-7000-8000-000000000001"
      })
  void head_answers_the_headers_of_get_and_no_body(String path) throws IOException {
    headIsLikeGet(
        house.http.port(),
        path,
        path.startsWith(Contract.PREFIX) ? house.token(Caller.Role.student) : null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/live", "/health/ready", "/nothing"})
  void head_works_on_the_management_port(String path) throws IOException {
    headIsLikeGet(managementPort, path, null);
  }

  @Test
  void head_of_metrics_and_health_details_is_answered() throws IOException {
    for (String path : List.of("/metrics", "/health")) {
      String head = raw(managementPort, request("HEAD", path, null));
      assertThat(head).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
      assertThat(headersOf(head)).containsKey("content-length");
    }
  }

  @Test
  void head_of_what_cannot_be_read_is_405() {
    assertThat(ask(HttpMethod.HEAD, "/api/v1/wallet/deposit").statusCode()).isEqualTo(405);
  }

  @Test
  void a_page_can_be_read_only_and_what_is_not_there_is_not_found() throws IOException {
    HttpResponse<Buffer> answer = ask(HttpMethod.POST, "/docs");
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.getHeader("Allow")).isEqualTo("GET, HEAD, OPTIONS");
    assertThat(ask(HttpMethod.POST, "/nothing").statusCode()).isEqualTo(404);
    assertThat(raw(managementPort, request("POST", "/metrics", null))).startsWith("HTTP/1.1 405 ");
    assertThat(raw(managementPort, request("GET", "/nothing", null))).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void options_without_a_page_answers_what_a_path_can_be_asked() throws IOException {
    for (Map.Entry<String, String> expected :
        Map.of(
                "/api/v1/bookings",
                "GET, HEAD, OPTIONS, POST",
                "/api/v1/wallet/deposit",
                "OPTIONS, POST",
                "/docs",
                "GET, HEAD, OPTIONS",
                "/health/live",
                "GET, HEAD, OPTIONS")
            .entrySet()) {
      HttpResponse<Buffer> answer =
          HttpHouse.wait(house.request(HttpMethod.OPTIONS, expected.getKey(), null).send());
      assertThat(answer.statusCode()).as(expected.getKey()).isEqualTo(204);
      assertThat(answer.getHeader("Allow")).isEqualTo(expected.getValue());
    }
    for (String unknown : List.of("/nothing", "/api/v1/nothing")) {
      assertThat(ask(HttpMethod.OPTIONS, unknown).statusCode()).isEqualTo(404);
    }
    assertThat(raw(house.http.port(), request("OPTIONS", "*", null))).startsWith("HTTP/1.1 204 ");
    String management = raw(managementPort, request("OPTIONS", "/metrics", null));
    assertThat(management).startsWith("HTTP/1.1 204 ");
    assertThat(headersOf(management)).containsEntry("allow", "GET, HEAD, OPTIONS");
  }

  @Test
  void every_answer_says_the_real_time_and_the_platforms() throws IOException {
    house.node.clock().advance(Duration.ofDays(3));
    List<String> answers = new ArrayList<>();
    for (int port : new int[] {house.http.port(), managementPort}) {
      for (String path : List.of("/health/live", "/health/ready", "/nothing", "/docs", WALLET)) {
        answers.add(raw(port, request("GET", path, null)));
      }
      answers.add(raw(port, request("GET", "nothing", null)));
      answers.add(raw(port, request("OPTIONS", "*", null)));
      answers.add(raw(port, request("GET", "/" + "x".repeat(9_000), null)));
      answers.add(raw(port, "GET / HTTP/1.1\r\nno header\r\n\r\n"));
      answers.add(raw(port, "nonsense\r\n\r\n"));
      answers.add(raw(port, request("OPTIONS", "/health/live", null)));
      answers.add(raw(port, request("GET", "/health/%zz", null)));
    }
    answers.add(raw(house.http.port(), request("POST", "/api/v1/auth/login", null)));
    answers.add(
        raw(
            house.http.port(),
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n"));
    for (String answer : answers) {
      Map<String, String> headers = headersOf(answer);
      assertThat(headers).as(answer).containsKeys("date", "classbell-now");
      Instant date =
          ZonedDateTime.parse(headers.get("date"), DateTimeFormatter.RFC_1123_DATE_TIME)
              .toInstant();
      assertThat(headers.get("date")).hasSize(29).endsWith(" GMT");
      assertThat(date).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
      assertThat(headers.get("classbell-now")).endsWith("Z");
      assertThat(Instant.parse(headers.get("classbell-now")))
          .isAfter(date.plus(Duration.ofDays(2)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:5173",
        "http://127.0.0.1",
        "https://[::1]:8443",
        "http://LOCALHOST:1"
      })
  void in_test_mode_pages_of_this_machine_may_call_and_read_headers(String origin) {
    HttpResponse<Buffer> preflight =
        ask(
            HttpMethod.OPTIONS,
            WALLET,
            "Origin",
            origin,
            "Access-Control-Request-Method",
            "GET",
            "Access-Control-Request-Headers",
            "authorization");
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.getHeader("Access-Control-Allow-Methods")).contains("GET", "PATCH");
    assertThat(preflight.getHeader("Access-Control-Allow-Headers"))
        .contains("Authorization", "Idempotency-Key", "If-None-Match");
    HttpResponse<Buffer> read = ask(HttpMethod.GET, WALLET, "Origin", origin);
    HttpResponse<Buffer> refused = ask(HttpMethod.GET, "/api/v1/nothing", "Origin", origin);
    HttpResponse<Buffer> malformed = ask(HttpMethod.GET, "/api/v1/%zz", "Origin", origin);
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(malformed.statusCode()).isEqualTo(400);
    for (HttpResponse<Buffer> answer : List.of(preflight, read, refused, malformed)) {
      assertThat(answer.getHeader("Access-Control-Allow-Origin")).isEqualTo(origin);
      assertThat(answer.getHeader("Access-Control-Allow-Credentials")).isEqualTo("true");
      assertThat(answer.getHeader("Vary")).contains("Origin");
      assertThat(answer.getHeader("Access-Control-Expose-Headers").split(", "))
          .contains(
              "x-trace-id",
              "Retry-After",
              "Idempotent-Replayed",
              "Classbell-Now",
              "Location",
              "ETag",
              "RateLimit",
              "RateLimit-Policy");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost.evil.example",
        "http://evil.example",
        "null",
        "http://127.0.0.1.evil.example",
        "http://localhost@evil.example",
        "file://localhost"
      })
  void other_pages_may_not(String origin) {
    HttpResponse<Buffer> answer = ask(HttpMethod.GET, WALLET, "Origin", origin);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.getHeader("Access-Control-Allow-Origin")).isNull();
  }

  @Test
  void in_production_pages_of_this_machine_may_not_call() {
    try (HttpHouse production =
        new HttpHouse(false, "{}", HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS)) {
      HttpResponse<Buffer> answer = ask(production, HttpMethod.GET, WALLET, "Origin", LOCAL_PAGE);
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.getHeader("Access-Control-Allow-Origin")).isNull();
    }
  }

  private static String refreshCookie(HttpHouse house) {
    return house
        .send(
            HttpMethod.POST,
            "/api/v1/auth/login",
            null,
            "{\"email\":\"a@b.c\",\"password\":\"top-secret\"}")
        .getHeader("Set-Cookie");
  }

  @Test
  void the_refresh_cookie_is_secure_except_in_test_mode_on_this_machine() {
    assertThat(refreshCookie(house))
        .contains("HttpOnly", "SameSite=Strict")
        .doesNotContain("Secure");
    for (Map.Entry<Boolean, String> secure :
        Map.of(false, "{}", true, "{\"publicUrl\": \"https://localhost\"}").entrySet()) {
      try (HttpHouse other =
          new HttpHouse(
              secure.getKey(), secure.getValue(), HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS)) {
        assertThat(refreshCookie(other)).contains("HttpOnly", "Secure", "SameSite=Strict");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi.yaml", "/assets/swagger-ui-bundle.js", "/docs", "/", SLOTS})
  void what_is_known_is_not_sent_again(String path) {
    HttpResponse<Buffer> first = ask(HttpMethod.GET, path);
    String tag = first.getHeader("ETag");
    assertThat(tag).startsWith("\"").endsWith("\"");
    assertThat(first.getHeader("Cache-Control")).contains("no-cache");
    for (String known : List.of(tag, "W/" + tag, "\"x\", " + tag, "*")) {
      HttpResponse<Buffer> again = ask(HttpMethod.GET, path, "If-None-Match", known);
      assertThat(again.statusCode()).as(known).isEqualTo(304);
      assertThat(again.body()).isNull();
      assertThat(again.getHeader("ETag")).isEqualTo(tag);
      assertThat(again.getHeader("Vary")).contains("Accept-Encoding");
      assertThat(again.getHeader("Cache-Control")).isEqualTo(first.getHeader("Cache-Control"));
    }
    assertThat(ask(HttpMethod.GET, path, "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
    assertThat(ask(HttpMethod.HEAD, path, "If-None-Match", tag).statusCode()).isEqualTo(304);
  }

  @Test
  void lists_are_kept_privately_by_whom_they_were_made_for_and_money_nowhere() {
    HttpResponse<Buffer> slots = ask(HttpMethod.GET, SLOTS);
    assertThat(slots.getHeader("Cache-Control")).isEqualTo("private, no-cache");
    assertThat(slots.getHeader("Vary")).contains("Authorization");
    for (String path : List.of(WALLET, "/api/v1/me", "/api/v1/wallet/transactions")) {
      assertThat(ask(HttpMethod.GET, path).getHeader("Cache-Control")).isEqualTo("no-store");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi.yaml", "/assets/swagger-ui-bundle.js", "/"})
  void what_can_be_shortened_is_for_those_who_take_it(String path) throws IOException {
    HttpResponse<Buffer> plain = ask(HttpMethod.GET, path, "Accept-Encoding", "identity");
    assertThat(plain.getHeader("Content-Encoding")).isNull();
    HttpResponse<Buffer> refused = ask(HttpMethod.GET, path, "Accept-Encoding", "gzip;q=0, *");
    assertThat(refused.getHeader("Content-Encoding")).isNull();
    for (String taken : List.of("gzip", "br, GZIP;q=0.5", "*")) {
      HttpResponse<Buffer> gzip = ask(HttpMethod.GET, path, "Accept-Encoding", taken);
      assertThat(gzip.getHeader("Content-Encoding")).as(taken).isEqualTo("gzip");
      assertThat(gzip.getHeader("Vary")).contains("Accept-Encoding");
      assertThat(gzip.getHeader("ETag")).isNotEqualTo(plain.getHeader("ETag"));
      assertThat(gzip.body().length()).isLessThan(plain.body().length() / 2);
      byte[] unpacked =
          new GZIPInputStream(new ByteArrayInputStream(gzip.body().getBytes())).readAllBytes();
      assertThat(Buffer.buffer(unpacked)).isEqualTo(plain.body());
      assertThat(
              ask(
                      HttpMethod.GET,
                      path,
                      "Accept-Encoding",
                      taken,
                      "If-None-Match",
                      gzip.getHeader("ETag"))
                  .statusCode())
          .isEqualTo(304);
    }
  }

  @Test
  void answers_with_secrets_beside_chosen_text_are_not_shortened() {
    String email = "x".repeat(64) + "@" + "y.".repeat(60) + "example.org";
    HttpResponse<Buffer> session =
        HttpHouse.wait(
            house
                .request(HttpMethod.POST, "/api/v1/auth/login", null)
                .putHeader("Accept-Encoding", "gzip")
                .putHeader("Content-Type", "application/json")
                .sendBuffer(
                    Buffer.buffer(
                        "{\"email\":\"%s\",\"password\":\"top-secret\"}".formatted(email))));
    HttpResponse<Buffer> mailbox =
        ask(HttpMethod.GET, "/dev/mailbox?to=" + "x".repeat(2_000), "Accept-Encoding", "gzip");
    for (HttpResponse<Buffer> answer : List.of(session, mailbox)) {
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.getHeader("Content-Encoding")).isNull();
      assertThat(answer.getHeader("Cache-Control")).isEqualTo("no-store");
    }
  }

  @Test
  void pages_name_files_that_may_be_kept_for_ever() {
    String docs = ask(HttpMethod.GET, "/docs").bodyAsString();
    assertThat(docs).doesNotContain("\"/assets/docs.js\"");
    String file = docs.replaceAll("(?s).*\"(/assets/[^/]+/docs\\.js)\".*", "$1");
    HttpResponse<Buffer> kept = ask(HttpMethod.GET, file);
    assertThat(kept.statusCode()).isEqualTo(200);
    assertThat(kept.getHeader("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(kept.body()).isEqualTo(ask(HttpMethod.GET, "/assets/docs.js").body());
  }

  @Test
  void text_for_people_says_its_language() {
    for (String path :
        List.of("/", "/docs", "/reset", "/dev/mailbox", "/openapi.yaml", "/nothing")) {
      assertThat(ask(HttpMethod.GET, path).getHeader("Content-Language")).as(path).isEqualTo("en");
    }
    assertThat(ask(HttpMethod.GET, WALLET).getHeader("Content-Language")).isNull();
  }
}
