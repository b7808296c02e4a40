package io.classbell.platform.outgoing;

import static io.classbell.platform.outgoing.ScriptedServer.answer;
import static io.classbell.platform.outgoing.ScriptedServer.cut;
import static io.classbell.platform.outgoing.ScriptedServer.cutAfter;
import static io.classbell.platform.outgoing.ScriptedServer.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.outgoing.OutgoingResult.Answered;
import io.classbell.platform.outgoing.OutgoingResult.NotSent;
import io.classbell.platform.outgoing.OutgoingResult.Unknown;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against servers that answer, stall, cut connections and redirect. */
class OutgoingClientTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final OutgoingRetry QUICK =
      OutgoingRetry.attempts(3).waiting(Duration.ofMillis(1), Duration.ofMillis(2));
  private static final Vertx VERTX = Vertx.vertx();

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final OutgoingClient client = new OutgoingClient(VERTX, () -> NOW, meters, true);

  @AfterAll
  static void close() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  private static OutgoingResult send(OutgoingClient client, OutgoingRequest request) {
    return client
        .send(request)
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  private OutgoingResult send(OutgoingRequest request) {
    return send(client, request);
  }

  private static OutgoingRequest post(ScriptedServer server) {
    return OutgoingRequest.post("acme", "pay", server.uri("/v1/things?x=1"));
  }

  private static OutgoingClient client(boolean testMode, String... addresses) {
    OutgoingTargets.HostResolver resolver =
        host -> {
          InetAddress[] found = new InetAddress[addresses.length];
          for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(addresses[i]);
          }
          return found;
        };
    return new OutgoingClient(
        VERTX,
        () -> NOW,
        new SimpleMeterRegistry(),
        new OutgoingTargets(VERTX, testMode, resolver),
        new HttpClientOptions());
  }

  @Test
  void the_answer_is_returned_with_status_headers_and_body() {
    try (ScriptedServer server =
        new ScriptedServer(VERTX, answer(402, "X-A: b\r\n", "{\"a\":1}"))) {
      OutgoingResult result = send(post(server).bearer("secret-1").json(Map.of("k", "v")));

      assertThat(result)
          .isInstanceOfSatisfying(
              Answered.class,
              a -> {
                assertThat(a.status()).isEqualTo(402);
                assertThat(a.header("x-a")).isEqualTo("b");
                assertThat(a.json().get("a").intValue()).isEqualTo(1);
                assertThat(a.maybeEarlier()).isFalse();
              });
      assertThat(server.requests.getFirst())
          .startsWith("POST /v1/things?x=1 HTTP/1.1\r\n")
          .containsIgnoringCase("authorization: Bearer secret-1\r\n")
          .containsIgnoringCase("content-type: application/json\r\n")
          .endsWith("\r\n\r\n{\"k\":\"v\"}");
    }
  }

  @Test
  void a_form_is_encoded_field_by_field() {
    try (ScriptedServer server = new ScriptedServer(VERTX, answer(200))) {
      send(
          post(server)
              .form(List.of(Map.entry("items[0][name]", "A & B=ü"), Map.entry("mode", "payment"))));

      assertThat(server.requests.getFirst())
          .endsWith("\r\n\r\nitems%5B0%5D%5Bname%5D=A+%26+B%3D%C3%BC&mode=payment");
    }
  }

  @Test
  void bytes_arrive_as_they_are() {
    try (ScriptedServer server = new ScriptedServer(VERTX, answer(200))) {
      send(
          post(server).body("application/octet-stream", Buffer.buffer(new byte[] {0, -1, 13, 10})));

      assertThat(server.requests.getFirst()).endsWith("\r\n\r\n\u0000\u00ff\r\n");
    }
  }

  @Test
  void a_refused_connection_is_not_sent() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    URI closed = URI.create("http://127.0.0.1:" + port + "/");

    assertThat(send(OutgoingRequest.post("acme", "pay", closed).retry(QUICK)))
        .isInstanceOfSatisfying(NotSent.class, n -> assertThat(n.attempts()).isEqualTo(3));
  }

  @Test
  void a_request_without_an_answer_is_of_unknown_outcome_within_its_time() {
    try (ScriptedServer server = new ScriptedServer(VERTX, stall())) {
      assertThat(send(post(server).attemptTimeout(SHORT)))
          .isInstanceOfSatisfying(Unknown.class, u -> assertThat(u.attempts()).isEqualTo(1));
    }
  }

  @Test
  void the_deadline_covers_all_attempts() {
    try (ScriptedServer server = new ScriptedServer(VERTX, stall())) {
      OutgoingRetry many =
          OutgoingRetry.attempts(100_000)
              .onUnknown()
              .waiting(Duration.ofMillis(1), Duration.ofMillis(2));

      assertThat(
              send(post(server).deadline(Duration.ofSeconds(1)).attemptTimeout(SHORT).retry(many)))
          .isInstanceOf(Unknown.class);
    }
  }

  @Test
  void a_cut_connection_is_of_unknown_outcome() {
    try (ScriptedServer before = new ScriptedServer(VERTX, cut());
        ScriptedServer within =
            new ScriptedServer(
                VERTX, cutAfter("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"))) {
      assertThat(send(post(before))).isInstanceOf(Unknown.class);
      assertThat(send(post(within))).isInstanceOf(Unknown.class);
    }
  }

  @Test
  void an_unknown_outcome_is_retried_only_if_the_caller_says_so() {
    try (ScriptedServer server = new ScriptedServer(VERTX, cut(), answer(200))) {
      assertThat(send(post(server).retry(QUICK))).isInstanceOf(Unknown.class);
      assertThat(server.requests).hasSize(1);
    }
    try (ScriptedServer server = new ScriptedServer(VERTX, cut(), answer(200))) {
      assertThat(send(post(server).retry(QUICK.onUnknown())))
          .isInstanceOfSatisfying(
              Answered.class,
              a -> {
                assertThat(a.attempts()).isEqualTo(2);
                assertThat(a.maybeEarlier()).isTrue();
              });
    }
  }

  @Test
  void an_attempt_that_is_not_sent_does_not_hide_an_earlier_one_of_unknown_outcome() {
    ScriptedServer[] server = new ScriptedServer[1];
    server[0] =
        new ScriptedServer(
            VERTX,
            (s, socket) -> {
              // No further connection is accepted.
              Thread.startVirtualThread(
                  () -> {
                    server[0].close();
                    socket.close();
                  });
            });

    assertThat(send(post(server[0]).retry(QUICK.onUnknown()))).isInstanceOf(Unknown.class);
    assertThat(server[0].requests).hasSize(1);
  }

  @Test
  void a_server_error_may_have_had_an_effect() {
    try (ScriptedServer server = new ScriptedServer(VERTX, answer(500), answer(409))) {
      assertThat(send(post(server).retry(QUICK.onStatuses(500))))
          .isInstanceOfSatisfying(
              Answered.class,
              a -> {
                assertThat(a.status()).isEqualTo(409);
                assertThat(a.maybeEarlier()).isTrue();
              });
    }
  }

  @Test
  void redirects_are_returned_and_not_followed() {
    try (ScriptedServer target = new ScriptedServer(VERTX, answer(200));
        ScriptedServer server =
            new ScriptedServer(VERTX, answer(307, "Location: " + target.uri("/") + "\r\n", ""))) {
      assertThat(send(post(server)))
          .isInstanceOfSatisfying(Answered.class, a -> assertThat(a.status()).isEqualTo(307));
      assertThat(target.requests).isEmpty();
    }
  }

  @Test
  void retry_after_is_kept() {
    try (ScriptedServer server =
        new ScriptedServer(VERTX, answer(429, "Retry-After: 1\r\n", ""), answer(200))) {
      long started = System.nanoTime();

      assertThat(send(post(server).retry(QUICK.onStatuses(429))))
          .isInstanceOfSatisfying(
              Answered.class,
              a -> {
                assertThat(a.status()).isEqualTo(200);
                assertThat(a.maybeEarlier()).isFalse();
              });
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .isGreaterThan(Duration.ofMillis(950));
    }
  }

  @Test
  void a_retry_after_beyond_the_deadline_ends_the_attempts() {
    try (ScriptedServer server =
        new ScriptedServer(VERTX, answer(429, "Retry-After: 3600\r\n", ""))) {
      assertThat(send(post(server).retry(QUICK.onStatuses(429))))
          .isInstanceOfSatisfying(
              Answered.class, a -> assertThat(a.retryAfter(NOW)).isEqualTo(Duration.ofHours(1)));
      assertThat(server.requests).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "120, PT2M",
    "'Mon, 30 Nov 2026 12:01:00 GMT', PT1M",
    "'Mon, 30 Nov 2026 11:00:00 GMT', PT0S",
    "soon, ",
    "-1, "
  })
  void retry_after_is_a_number_of_seconds_or_a_date(String value, Duration expected) {
    try (ScriptedServer server =
        new ScriptedServer(VERTX, answer(503, "Retry-After: " + value + "\r\n", ""))) {
      assertThat(((Answered) send(post(server))).retryAfter(NOW)).isEqualTo(expected);
    }
  }

  @Test
  void a_response_that_is_too_large_is_abandoned() {
    try (ScriptedServer server = new ScriptedServer(VERTX, answer(200, "", "x".repeat(2000)))) {
      assertThat(send(post(server).maxResponseBytes(1000))).isInstanceOf(Unknown.class);
      assertThat(send(post(server).maxResponseBytes(2000))).isInstanceOf(Answered.class);
    }
  }

  @Test
  void attempts_are_measured_by_provider_and_outcome() {
    try (ScriptedServer server = new ScriptedServer(VERTX, answer(500), answer(200), cut())) {
      send(post(server).retry(QUICK.onStatuses(500)));
      send(post(server));
    }
    for (String outcome : List.of("5xx", "2xx", "unknown")) {
      assertThat(
              meters
                  .get("classbell.outgoing.time")
                  .tags("provider", "acme", "operation", "pay", "outcome", outcome)
                  .timer()
                  .count())
          .as(outcome)
          .isEqualTo(1);
    }
  }

  @Test
  void nothing_that_may_be_secret_is_printed() {
    OutgoingRequest request =
        OutgoingRequest.post(
                "acme", "pay", URI.create("https://a.example/secret-path?secret-query"))
            .bearer("secret-token")
            .json(Map.of("secret", "body"));

    assertThat(request.toString()).isEqualTo("POST acme pay");
    assertThatThrownBy(() -> request.header("X-Key", "secret\r\nX-Other: y"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/",
        "ftp://example.com/",
        "https://user:pass@example.com/",
        "https:///path",
        "https://example.com/#part"
      })
  void other_urls_than_https_are_refused(String url) {
    assertThat(send(OutgoingRequest.get("acme", "get", URI.create(url))))
        .isInstanceOfSatisfying(
            NotSent.class, n -> assertThat(n.reason()).startsWith("The URL must"));
  }

  @Test
  void plain_http_to_loopback_is_for_test_mode_only() {
    try (ScriptedServer server = new ScriptedServer(VERTX, answer(200))) {
      OutgoingClient production = new OutgoingClient(VERTX, () -> NOW, meters, false);

      assertThat(send(production, post(server))).isInstanceOf(NotSent.class);
      assertThat(server.requests).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001::1",
        "2001:db8::1"
      })
  void an_untrusted_host_with_a_private_address_is_refused(String address) {
    OutgoingRequest request =
        OutgoingRequest.post("push", "send", URI.create("https://push.example/x"))
            .toUntrustedAddress();

    for (OutgoingClient refusing :
        List.of(client(false, address), client(false, "93.184.216.34", address))) {
      assertThat(send(refusing, request))
          .isInstanceOfSatisfying(
              NotSent.class, n -> assertThat(n.reason()).contains("not public"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"93.184.216.34", "2606:2800:220:1::1", "8.8.8.8"})
  void public_addresses_are_known(String address) throws UnknownHostException {
    assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void an_untrusted_host_is_connected_at_the_address_that_was_checked() {
    try (ScriptedServer server = new ScriptedServer(VERTX, answer(201))) {
      int port = server.uri("/").getPort();
      // Only the resolver knows the loopback address; "localhost" may have others.
      OutgoingRequest request =
          OutgoingRequest.post("push", "send", URI.create("http://localhost:" + port + "/x"))
              .toUntrustedAddress();

      assertThat(send(client(true, "127.0.0.1"), request)).isInstanceOf(Answered.class);
      assertThat(server.requests.getFirst()).containsIgnoringCase("host: localhost:" + port);
      assertThat(send(client(true, "127.0.0.1", "10.0.0.1"), request)).isInstanceOf(NotSent.class);
    }
  }

  @Test
  void an_untrusted_url_uses_the_usual_port() {
    OutgoingRequest request =
        OutgoingRequest.post("push", "send", URI.create("https://push.example:8443/x"))
            .toUntrustedAddress();

    assertThat(send(client(false, "93.184.216.34"), request))
        .isInstanceOfSatisfying(NotSent.class, n -> assertThat(n.reason()).contains("port 443"));
  }
}
