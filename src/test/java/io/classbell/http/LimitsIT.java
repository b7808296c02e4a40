package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.bus.Caller;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the doors take at most, and what they never do. */
class LimitsIT {

  private static final String BOOK = "{\"slotId\":\"" + FakeHouse.SLOT + "\"}";

  private HttpHouse house;

  /** Held on to: a client that is garbage is closed. */
  private WebSocketClient sockets;

  private final List<NetClient> clients = new ArrayList<>();

  @BeforeEach
  void open() {
    house = HttpHouse.open();
  }

  @AfterEach
  void close() {
    house.close();
  }

  private NetClient held(NetClientOptions options) {
    NetClient client = house.vertx.createNetClient(options);
    clients.add(client);
    return client;
  }

  private void openAnother(String settings) {
    house.close();
    house = new HttpHouse(true, settings, HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS);
  }

  private HttpResponse<Buffer> book(String body) {
    return house.send(HttpMethod.POST, "/api/v1/bookings", house.token(Caller.Role.student), body);
  }

  /** A connection that is written to by hand. */
  private final class Wire {
    final NetSocket socket;
    final Buffer received = Buffer.buffer();
    final AtomicBoolean closed = new AtomicBoolean();

    Wire() {
      this(house.http.port());
    }

    Wire(int port) {
      socket = HttpHouse.wait(held(new NetClientOptions()).connect(port, "127.0.0.1"));
      socket.handler(received::appendBuffer);
      socket.closeHandler(v -> closed.set(true));
      socket.exceptionHandler(e -> closed.set(true));
    }

    void drip(String bytes) {
      house.vertx.setPeriodic(
          100,
          timer -> {
            if (closed.get()) {
              house.vertx.cancelTimer(timer);
            } else {
              socket.write(bytes);
            }
          });
    }
  }

  @Test
  void headers_that_drip_are_cut_off() {
    openAnother(HttpHouse.SHORT_BODY_DEADLINE);
    Wire wire = new Wire();
    socketWrites(wire, "GET / HTTP/1.1\r\nHost: x\r\n");
    wire.drip("X: y\r\n");
    Eventually.isTrue(wire.closed::get);
  }

  @Test
  void connections_of_the_management_port_have_the_same_deadlines() {
    int port = house.management(HttpHouse.SHORT_BODY_DEADLINE).port();
    Wire silent = new Wire(port);
    Wire headers = new Wire(port);
    socketWrites(headers, "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    headers.drip("X: y\r\n");
    Wire body = new Wire(port);
    socketWrites(
        body,
        "POST /health HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + "Content-Length: 50000\r\n\r\n{");
    body.drip(" ");
    for (Wire wire : List.of(silent, headers, body)) {
      Eventually.isTrue(wire.closed::get);
    }
    assertThat(
            HttpHouse.wait(house.client.get(port, "127.0.0.1", "/health/live").send()).statusCode())
        .isEqualTo(200);
  }

  @Test
  void a_body_that_drips_is_cut_off() {
    openAnother(HttpHouse.SHORT_BODY_DEADLINE);
    Wire wire = new Wire();
    socketWrites(
        wire,
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: 50000\r\n\r\n{");
    wire.drip(" ");
    Eventually.isTrue(wire.closed::get);
  }

  @Test
  void a_body_that_drips_behind_a_refusal_is_cut_off() {
    openAnother(HttpHouse.SHORT_BODY_DEADLINE);
    // On a busy machine the deadline may come before the refusal.
    Eventually.isTrue(() -> whatADrippingBodyIsTold().startsWith("HTTP/1.1 401 "));
  }

  private String whatADrippingBodyIsTold() {
    Wire wire = new Wire();
    socketWrites(
        wire,
        "POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: 50000\r\n\r\n{");
    wire.drip(" ");
    Eventually.isTrue(wire.closed::get);
    return wire.received.toString();
  }

  @Test
  void a_connection_that_says_nothing_is_closed_and_a_socket_is_not() {
    openAnother(HttpHouse.SHORT_BODY_DEADLINE);
    sockets = house.vertx.createWebSocketClient();
    WebSocket socket = webSocket();
    AtomicBoolean socketClosed = new AtomicBoolean();
    socket.closeHandler(v -> socketClosed.set(true));
    socket.writeTextMessage(
        new JsonObject()
            .put("type", "register")
            .put("address", "notifications." + FakeHouse.STUDENT)
            .put(
                "headers",
                new JsonObject().put("authorization", "Bearer " + house.token(Caller.Role.student)))
            .encode());
    Wire silent = new Wire();
    Eventually.isTrue(silent.closed::get);
    Wire later = new Wire();
    Eventually.isTrue(later.closed::get);
    assertThat(socketClosed).isFalse();
  }

  /** Asked for again where the deadline for headers cut it off, as it may on a busy machine. */
  private WebSocket webSocket() {
    AtomicReference<WebSocket> open = new AtomicReference<>();
    Eventually.isTrue(
        () -> {
          HttpHouse.wait(
              sockets
                  .connect(house.http.port(), "127.0.0.1", "/eventbus/websocket")
                  .onSuccess(open::set)
                  .otherwiseEmpty());
          return open.get() != null;
        });
    return open.get();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 1", "Transfer-Encoding: chunked"})
  void an_upgrade_that_announces_a_body_is_refused_and_closed(String announcement) {
    for (String path : List.of("/eventbus/websocket", "/eventbus/000/abcdefgh/websocket")) {
      Wire upgrade = new Wire();
      socketWrites(
          upgrade,
          "GET "
              + path
              + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
              + announcement
              + "\r\n\r\n");
      Eventually.isTrue(upgrade.closed::get);
      assertThat(upgrade.received.toString())
          .startsWith("HTTP/1.1 400 ")
          .contains("malformed_request");
    }
  }

  @Test
  void an_answer_may_take_as_long_as_a_slow_link_needs() {
    openAnother(HttpHouse.SHORT_BODY_DEADLINE);
    NetClientOptions small = new NetClientOptions().setReceiveBufferSize(4_096);
    NetSocket socket = HttpHouse.wait(held(small).connect(house.http.port(), "127.0.0.1"));
    AtomicLong received = new AtomicLong();
    AtomicBoolean closed = new AtomicBoolean();
    socket.handler(bytes -> received.addAndGet(bytes.length()));
    socket.closeHandler(v -> closed.set(true));
    socket.pause();
    HttpHouse.wait(socket.write("GET /assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n"));
    // Three times the deadline for headers and body.
    long resumeAt = System.nanoTime() + 6_000_000_000L;
    Eventually.isTrue(() -> System.nanoTime() > resumeAt);
    socket.resume();
    Eventually.isTrue(() -> closed.get() || received.get() > 1_000_000);
    assertThat(received.get()).isGreaterThan(1_000_000);
  }

  private static void socketWrites(Wire wire, String text) {
    HttpHouse.wait(wire.socket.write(text));
  }

  @Test
  void a_body_larger_than_64_kilobytes_is_413_with_and_without_a_length() {
    String large = "{\"slotId\":\"" + "x".repeat(70_000) + "\"}";
    assertThat(book(large).statusCode()).isEqualTo(413);
    HttpResponse<Buffer> chunked =
        HttpHouse.wait(
            house
                .request(HttpMethod.POST, "/api/v1/bookings", house.token(Caller.Role.student))
                .putHeader("Content-Type", "application/json")
                .sendStream(new BufferStream(Buffer.buffer(large))));
    assertThat(chunked.statusCode()).isEqualTo(413);
  }

  @Test
  void what_is_not_http_is_answered_with_a_problem_and_closed() {
    Wire nonsense = new Wire();
    socketWrites(nonsense, "NONSENSE\r\n\r\n");
    Eventually.isTrue(nonsense.closed::get);
    Wire smuggler = new Wire();
    socketWrites(
        smuggler,
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
    Eventually.isTrue(smuggler.closed::get);
    assertThat(smuggler.received.toString()).doesNotContain("200 OK").contains("400 ");
    Wire longLine = new Wire();
    socketWrites(longLine, "GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    Eventually.isTrue(longLine.closed::get);
    assertThat(longLine.received.toString()).contains(" 414 ").contains("uri_too_long");
    Wire longHeader = new Wire();
    socketWrites(longHeader, "GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
    Eventually.isTrue(longHeader.closed::get);
    assertThat(longHeader.received.toString()).contains(" 431 ");
  }

  @Test
  void a_host_given_twice_and_another_transfer_coding_are_400_and_the_end() {
    for (String head :
        List.of(
            "GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity, chunked\r\n\r\n",
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n")) {
      Wire smuggler = new Wire();
      socketWrites(smuggler, head + "GET /openapi.yaml HTTP/1.1\r\nHost: x\r\n\r\n");
      Eventually.isTrue(smuggler.closed::get);
      assertThat(smuggler.received.toString())
          .as(head)
          .startsWith("HTTP/1.1 400 ")
          .doesNotContain("200 OK");
    }
  }

  @Test
  void a_socket_takes_no_requests_place_however_its_address_is_written() {
    openAnother("{\"maxInFlight\": 2}");
    for (String path :
        List.of("/%65ventbus/websocket", "//eventbus/websocket", "/x/../eventbus/websocket")) {
      HttpHouse.wait(
          house.vertx.createWebSocketClient().connect(house.http.port(), "127.0.0.1", path));
    }
    assertThat(house.send(HttpMethod.GET, "/openapi.yaml", null, null).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json; charset=utf-8| |201",
        "Application/JSON;charset=\"UTF-8\"| |201",
        "application/json; profile=x; charset=utf8|identity|201",
        "application/json; charset=utf-16| |415",
        "application/json; charset=latin1| |415",
        "application/json, text/plain| |415",
        "application/jsonx| |415",
        "application/json|gzip|415"
      })
  void a_body_is_json_in_utf_8_as_it_stands(String type, @Nullable String encoding, int status) {
    HttpRequest<Buffer> request =
        house
            .request(HttpMethod.POST, "/api/v1/bookings", house.token(Caller.Role.student))
            .putHeader("Content-Type", type);
    if (encoding != null) {
      request.putHeader("Content-Encoding", encoding);
    }
    assertThat(HttpHouse.wait(request.sendBuffer(Buffer.buffer(BOOK))).statusCode())
        .isEqualTo(status);
  }

  @Test
  void the_end_of_a_pattern_is_the_end_of_the_text() {
    HttpResponse<Buffer> answer =
        house.send(
            HttpMethod.POST,
            "/api/v1/me/devices",
            house.token(Caller.Role.student),
            "{\"platform\":\"web\",\"token\":\"abc\\n\"}");
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(book(BOOK.replace("\"}", "\\n\"}")).statusCode()).isEqualTo(422);
  }

  @Test
  void too_much_at_once_is_503_with_retry_after_and_then_all_is_well_again() {
    openAnother("{\"maxInFlight\": 2, \"requestTimeout\": \"PT5S\"}");
    house.neighbours.bookingIsSilent = true;
    List<Future<HttpResponse<Buffer>>> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      answers.add(
          house
              .request(HttpMethod.POST, "/api/v1/bookings", house.token(Caller.Role.student))
              .putHeader("Content-Type", "application/json")
              .sendBuffer(Buffer.buffer(BOOK)));
    }
    List<HttpResponse<Buffer>> overloaded =
        answers.stream()
            .map(HttpHouse::wait)
            .filter(
                answer ->
                    answer.statusCode() == 503
                        && "overloaded".equals(answer.bodyAsJsonObject().getString("code")))
            .toList();
    assertThat(overloaded).hasSize(3);
    assertThat(overloaded).allSatisfy(a -> assertThat(a.getHeader("Retry-After")).isEqualTo("1"));
    house.neighbours.bookingIsSilent = false;
    Eventually.isTrue(() -> book(BOOK).statusCode() == 201);
  }

  @Test
  void a_booking_beside_a_frozen_node_is_answered_within_one_time_limit() {
    openAnother("{\"requestTimeout\": \"PT10S\"}");
    house.neighbours.bookingIsSilent = true;
    house.neighbours.bookingsAreSilent = true;
    long began = System.nanoTime();
    HttpResponse<Buffer> answer = book(BOOK);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(18));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("outcome_unknown");
  }

  @Test
  void a_booking_whose_outcome_is_not_known_is_answered_as_it_stands() {
    openAnother(HttpHouse.IMPATIENT);
    house.neighbours.bookingIsSilent = true;
    HttpResponse<Buffer> answer = book(BOOK);
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.bodyAsJsonObject().getString("status")).isEqualTo("pending");
  }

  @Test
  void no_answer_in_time_is_503_with_retry_after() {
    openAnother(HttpHouse.IMPATIENT);
    HttpHouse.wait(house.bus.drain(Duration.ZERO));
    String token = house.token(Caller.Role.student);
    HttpResponse<Buffer> read = house.send(HttpMethod.GET, "/api/v1/wallet", token, null);
    HttpResponse<Buffer> change =
        house.send(HttpMethod.POST, "/api/v1/wallet/deposit", token, "{\"amount\":1}");
    assertThat(read.bodyAsJsonObject().getString("code")).isEqualTo("unavailable");
    assertThat(change.bodyAsJsonObject().getString("code")).isEqualTo("outcome_unknown");
    for (HttpResponse<Buffer> answer : List.of(read, change)) {
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.getHeader("Retry-After")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/docs", "/api/v1/wallet", "/nothing", "/health/live", "/openapi.yaml"})
  void every_answer_keeps_browsers_from_doing_more_with_it(String path) {
    HttpResponse<Buffer> answer =
        house.send(HttpMethod.GET, path, house.token(Caller.Role.student), null);
    assertThat(answer.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.getHeader("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(answer.getHeader("X-Frame-Options")).isEqualTo("DENY");
    assertThat(answer.getHeader("Content-Security-Policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(answer.cookies()).isEmpty();
  }

  @Test
  void the_pages_own_files_are_there_and_nothing_beside_them() {
    for (String file : List.of("page.css", "docs.js", "swagger-ui.css", "swagger-ui-bundle.js")) {
      HttpResponse<Buffer> answer = house.send(HttpMethod.GET, "/assets/" + file, null, null);
      assertThat(answer.statusCode()).as(file).isEqualTo(200);
      assertThat(answer.getHeader("Content-Type")).startsWith("text/");
    }
    for (String path :
        List.of(
            "/assets/",
            "/assets/..%2f..%2flogback.xml",
            "/assets/%2e%2e/logback.xml",
            "/assets/.hidden",
            "/logback.xml",
            "/META-INF/MANIFEST.MF")) {
      assertThat(house.send(HttpMethod.GET, path, null, null).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void caught_mails_are_listed_for_who_accepts_json() {
    HttpResponse<Buffer> answer =
        HttpHouse.wait(
            house
                .request(HttpMethod.GET, "/dev/mailbox?to=ada%40b.test", null)
                .putHeader("Accept", "application/json")
                .send());
    assertThat(answer.bodyAsJsonArray().getJsonObject(0).getString("to")).isEqualTo("ada@b.test");
  }

  @Test
  void pages_have_no_inline_script() {
    for (String path : List.of("/", "/docs", "/dev/mailbox")) {
      String html = house.send(HttpMethod.GET, path, null, null).bodyAsString();
      assertThat(html).doesNotContainPattern("<script>|<style|style=|onclick=|onload=|javascript:");
    }
  }

  @Test
  void only_pages_of_configured_origins_may_call() {
    HttpResponse<Buffer> foreign = withOrigin(HttpMethod.GET, "https://evil.example");
    assertThat(foreign.statusCode()).isEqualTo(403);
    assertThat(foreign.getHeader("Access-Control-Allow-Origin")).isNull();
    HttpResponse<Buffer> ours = withOrigin(HttpMethod.GET, "https://app.example.com");
    assertThat(ours.statusCode()).isEqualTo(200);
    assertThat(ours.getHeader("Access-Control-Allow-Origin")).isEqualTo("https://app.example.com");
    for (HttpResponse<Buffer> answer : List.of(foreign, ours)) {
      assertThat(answer.getHeader("Vary")).contains("Origin");
    }
    HttpResponse<Buffer> preflight =
        HttpHouse.wait(
            house
                .request(HttpMethod.OPTIONS, "/api/v1/bookings", null)
                .putHeader("Origin", "https://app.example.com")
                .putHeader("Access-Control-Request-Method", "POST")
                .putHeader("Access-Control-Request-Headers", "authorization,idempotency-key")
                .send());
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.getHeader("Access-Control-Allow-Headers").toLowerCase())
        .contains("idempotency-key", "authorization");
    assertThat(withOrigin(HttpMethod.OPTIONS, "https://evil.example").statusCode()).isEqualTo(403);
  }

  private HttpResponse<Buffer> withOrigin(HttpMethod method, String origin) {
    return HttpHouse.wait(
        house
            .request(method, "/api/v1/wallet", house.token(Caller.Role.student))
            .putHeader("Origin", origin)
            .send());
  }

  @Test
  void a_problem_names_its_kind_its_place_and_its_trace() {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    HttpResponse<Buffer> answer =
        HttpHouse.wait(
            house
                .request(HttpMethod.GET, "/api/v1/wallet", null)
                .putHeader("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .send());
    JsonObject problem = answer.bodyAsJsonObject();
    assertThat(answer.getHeader("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.getHeader("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(problem.getString("type")).isEqualTo("urn:classbell:problem:unauthorized");
    assertThat(problem.getString("title")).isEqualTo("Unauthorized");
    assertThat(problem.getInteger("status")).isEqualTo(401);
    assertThat(problem.getString("instance")).isEqualTo("/api/v1/wallet");
    assertThat(problem.getString("traceId")).isEqualTo(trace);
  }

  @Test
  void a_refusal_of_a_module_is_shown_as_it_is() {
    house.neighbours.bookingIsFull = true;
    HttpResponse<Buffer> answer = book(BOOK);
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("slot_full");
  }

  @Test
  void a_method_that_a_path_does_not_know_is_405_and_says_which_it_does() {
    HttpResponse<Buffer> answer =
        house.send(HttpMethod.DELETE, "/api/v1/bookings", house.token(Caller.Role.student), null);
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.getHeader("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
  }

  @Test
  void metrics_and_details_are_on_the_management_port_alone() {
    assertThat(house.send(HttpMethod.GET, "/metrics", null, null).statusCode()).isEqualTo(404);
    assertThat(house.send(HttpMethod.GET, "/health", null, null).statusCode()).isEqualTo(404);
    ManagementVerticle management = house.management();
    int port = management.port();
    var metrics = HttpHouse.wait(house.client.get(port, "127.0.0.1", "/metrics").send());
    assertThat(metrics.bodyAsString()).contains("classbell_http_in_flight");
    var health = HttpHouse.wait(house.client.get(port, "127.0.0.1", "/health").send());
    assertThat(health.bodyAsJsonObject().getString("database")).isEqualTo("down");
  }

  @Test
  void without_its_database_a_node_lives_and_is_not_ready() {
    assertThat(house.send(HttpMethod.GET, "/health/live", null, null).statusCode()).isEqualTo(200);
    assertThat(house.send(HttpMethod.GET, "/health/ready", null, null).statusCode()).isEqualTo(503);
  }

  @Test
  void outside_test_mode_there_are_no_test_routes() {
    house.close();
    house = new HttpHouse(false, "{}", HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS);
    String token = house.token(Caller.Role.student);
    assertThat(house.send(HttpMethod.GET, "/api/v1/test/clock", token, null).statusCode())
        .isEqualTo(404);
    assertThat(
            house
                .send(HttpMethod.POST, "/api/v1/test/clock", token, "{\"advance\":\"PT1H\"}")
                .statusCode())
        .isEqualTo(404);
    assertThat(
            house
                .send(HttpMethod.POST, "/api/v1/wallet/deposit", token, "{\"amount\":1}")
                .statusCode())
        .isEqualTo(404);
    assertThat(house.send(HttpMethod.GET, "/dev/mailbox", null, null).statusCode()).isEqualTo(404);
    assertThat(house.neighbours.asked).noneMatch(q -> q.toString().contains("Deposit"));
  }
}
