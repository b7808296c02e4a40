package io.classbell.notification.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.notification.api.DeviceKind;
import io.classbell.notification.push.PushPort.Failed;
import io.classbell.notification.push.PushPort.Message;
import io.classbell.notification.push.PushPort.Ok;
import io.classbell.notification.push.PushPort.Outcome;
import io.classbell.notification.push.PushPort.RetryAfter;
import io.classbell.notification.push.PushPort.Target;
import io.classbell.notification.push.keys.ServiceAccount;
import io.classbell.notification.push.keys.VapidKeys;
import io.classbell.notification.push.keys.WebPushAddress;
import io.classbell.platform.config.Secret;
import io.classbell.platform.time.PlatformClock;
import io.classbell.testing.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FCM and Web Push against providers that answer as their documents say. */
class PushProvidersTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final KeyPair VAPID = FakePushService.pair();
  private static final Message MESSAGE =
      new Message(
          "01970000-0000-7000-8000-000000000001",
          "reminder",
          "Reminder: Algebra",
          "“Algebra” starts in 1 hour. 代数 😀",
          Map.of("meetingId", "m1", "startsAt", "2031-01-01T10:00:00Z", "reason", "private"));

  private final PlatformClock clock = PlatformClock.startingAt(Instant.now());
  private final FakeFcm google = new FakeFcm(VERTX);
  private final FakePushService service = new FakePushService(VERTX);
  private final io.vertx.core.Context context =
      ((VertxInternal) VERTX).createVirtualThreadContext();
  private final PushPort fcm = fcm();
  private final PushPort webPush =
      new WebPush(
          TestNode.outgoing(VERTX),
          clock,
          VapidKeys.of(
              FakePushService.publicKey(VAPID), Secret.of(FakePushService.privateKey(VAPID))),
          "mailto:ops@example.com",
          List.of("127.0.0.1"),
          true);

  private PushPort fcm() {
    FcmAccess access =
        new FcmAccess(
            TestNode.outgoing(VERTX),
            clock,
            ServiceAccount.of(Secret.of(google.serviceAccount())),
            URI.create(google.tokenUrl()));
    return new FcmPush(
        TestNode.outgoing(VERTX),
        clock,
        access,
        URI.create(google.url() + "/v1/projects/demo-project/messages:send"));
  }

  @AfterEach
  void stop() {
    google.close();
    service.close();
  }

  @AfterAll
  static void close() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  private CompletableFuture<Outcome> sending(PushPort port, Target device, Message message) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          try {
            outcome.complete(port.send(device, message));
          } catch (RuntimeException e) {
            outcome.completeExceptionally(e);
          }
        });
    return outcome.orTimeout(60, TimeUnit.SECONDS);
  }

  private Outcome toPhone() {
    return sending(fcm, new Target("android", DeviceKind.token, "tok", null, null), MESSAGE).join();
  }

  private Target browser() {
    return new Target(
        "web", DeviceKind.web_push, service.endpoint(), service.p256dh(), service.auth());
  }

  private Outcome toBrowser() {
    return sending(webPush, browser(), MESSAGE).join();
  }

  @Test
  void fcm_gets_the_text_and_what_the_app_needs_to_open_it() {
    assertThat(toPhone()).isInstanceOf(Ok.class);

    JsonObject message = google.messages.getFirst();
    assertThat(message.getString("token")).isEqualTo("tok");
    assertThat(message.getJsonObject("notification").getString("body")).isEqualTo(MESSAGE.text());
    assertThat(message.getJsonObject("data").getMap())
        .isEqualTo(
            Map.of(
                "notificationId", MESSAGE.id(),
                "kind", "reminder",
                "meetingId", "m1",
                "startsAt", "2031-01-01T10:00:00Z"));
    assertThat(message.getJsonObject("android").getString("ttl")).isEqualTo("86400s");
  }

  @Test
  void an_installation_is_addressed_by_its_id() {
    sending(fcm, new Target("android", DeviceKind.fid, "inst-1", null, null), MESSAGE).join();

    assertThat(google.messages.getFirst().getString("fid")).isEqualTo("inst-1");
    assertThat(google.messages.getFirst().containsKey("token")).isFalse();
  }

  @Test
  void messages_at_the_same_time_share_one_access_token() {
    List<CompletableFuture<Outcome>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(sending(fcm, new Target("android", DeviceKind.token, "t" + i, null, null), MESSAGE));
    }
    all.forEach(sent -> assertThat(sent.join()).isInstanceOf(Ok.class));
    assertThat(toPhone()).isInstanceOf(Ok.class);
    assertThat(google.tokensIssued).hasValue(1);
  }

  @Test
  void a_rejected_access_token_is_renewed_once() {
    toPhone();
    google.valid.clear();
    assertThat(toPhone()).isInstanceOf(Ok.class);
    assertThat(google.tokensIssued).hasValue(2);

    google.answer = message -> FakeFcm.error(401, null);
    assertThat(toPhone()).isInstanceOf(RetryAfter.class);
    assertThat(google.tokensIssued).hasValue(3);
  }

  @Test
  void without_an_access_token_the_message_is_tried_again_later() {
    google.tokenStatus = 400;

    assertThat(toPhone())
        .isInstanceOfSatisfying(
            RetryAfter.class, later -> assertThat(later.error()).contains("400 invalid_grant"));
  }

  @ParameterizedTest
  @CsvSource({
    "404, UNREGISTERED, , , Unregistered",
    "403, SENDER_ID_MISMATCH, , , Unregistered",
    "400, INVALID_ARGUMENT, message.token, , Unregistered",
    "400, INVALID_ARGUMENT, , The registration token is not a valid FCM registration token,"
        + " Unregistered",
    "400, INVALID_ARGUMENT, message.data, The registration token is fine, Failed",
    "400, INVALID_ARGUMENT, , Message too big, Failed",
    "404, , , , RetryAfter",
    "403, , , , RetryAfter",
    "401, THIRD_PARTY_AUTH_ERROR, , , RetryAfter",
    "429, QUOTA_EXCEEDED, , , RetryAfter",
    "500, INTERNAL, , , RetryAfter",
    "503, UNAVAILABLE, , , RetryAfter",
    "413, , , , Failed"
  })
  void each_error_of_fcm_has_its_consequence(
      int status, String code, String field, String message, String outcome) {
    google.answer =
        sent -> FakeFcm.error(status, code, null, field, message == null ? "Wrong." : message);

    assertThat(toPhone().getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(google.tokensIssued).hasValue(1);
  }

  @Test
  void the_wait_that_fcm_asks_for_is_kept() {
    google.answer = sent -> FakeFcm.error(429, "QUOTA_EXCEEDED", "120", null, "Slow down.");
    assertThat(((RetryAfter) toPhone()).after()).isEqualTo(Duration.ofMinutes(2));

    google.answer = sent -> FakeFcm.error(429, "QUOTA_EXCEEDED");
    assertThat(((RetryAfter) toPhone()).after()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void long_texts_are_shortened_to_what_a_provider_accepts() {
    Message longest =
        new Message(MESSAGE.id(), "reminder", "长".repeat(300), "课😀".repeat(5000), Map.of());

    sending(fcm, new Target("ios", DeviceKind.token, "t", null, null), longest).join();
    sending(webPush, browser(), longest).join();

    assertThat(google.sizes.getFirst()).isLessThanOrEqualTo(4096);
    assertThat(service.received.getFirst().encryptedBytes()).isLessThanOrEqualTo(4096);
    assertThat(service.received.getFirst().message().getString("body"))
        .startsWith("课😀")
        .endsWith("…");
  }

  @Test
  void a_browser_decrypts_the_message_and_knows_its_sender() {
    assertThat(toBrowser()).isInstanceOf(Ok.class);

    assertThat(service.faults).isEmpty();
    FakePushService.Received got = service.received.getFirst();
    assertThat(got.message().getString("title")).isEqualTo(MESSAGE.title());
    assertThat(got.message().getString("body")).isEqualTo(MESSAGE.text());
    assertThat(got.message().getJsonObject("data").getString("meetingId")).isEqualTo("m1");
    assertThat(got.topic()).hasSize(32).isEqualTo(MESSAGE.id().replace("-", ""));
    assertThat(got.ttl()).isEqualTo("86400");
    assertThat(got.token().getString("sub")).isEqualTo("mailto:ops@example.com");
    assertThat(service.endpoint()).startsWith(got.token().getString("aud") + "/");
    assertThat(Duration.between(Instant.now(), Instant.ofEpochSecond(got.token().getLong("exp"))))
        .isBetween(Duration.ofHours(1), Duration.ofHours(24));
  }

  @ParameterizedTest
  @CsvSource({
    "200, Ok",
    "201, Ok",
    "202, Ok",
    "404, Unregistered",
    "410, Unregistered",
    "401, RetryAfter",
    "403, RetryAfter",
    "406, RetryAfter",
    "429, RetryAfter",
    "500, RetryAfter",
    "503, RetryAfter",
    "400, Failed",
    "307, Failed"
  })
  void each_answer_of_a_push_service_has_its_consequence(int status, String outcome) {
    service.status = n -> status;

    assertThat(toBrowser().getClass().getSimpleName()).isEqualTo(outcome);
  }

  @Test
  void the_wait_that_a_push_service_asks_for_is_kept() {
    service.status = n -> 429;
    service.retryAfter = "300";

    assertThat(((RetryAfter) toBrowser()).after()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void a_message_that_is_too_large_is_sent_again_smaller() {
    service.status = n -> n == 1 ? 413 : 201;
    Message large = new Message(MESSAGE.id(), "reminder", "Title", "word ".repeat(2000), Map.of());

    assertThat(sending(webPush, browser(), large).join()).isInstanceOf(Ok.class);
    assertThat(service.received).hasSize(2);
    assertThat(service.received.get(1).encryptedBytes()).isLessThan(1700);
  }

  @Test
  void a_redirect_of_a_push_service_is_not_followed() {
    try (FakePushService other = new FakePushService(VERTX)) {
      service.status = n -> 307;
      service.location = other.endpoint();

      assertThat(toBrowser()).isInstanceOf(Failed.class);
      assertThat(other.received).isEmpty();
      assertThat(other.faults).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://fcm.googleapis.com/fcm/send/x",
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://web.push.apple.com:443/x"
      })
  void known_push_services_are_allowed(String url) {
    assertThat(WebPushAddress.isAllowed(url, hosts(), false)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://evilpush.services.mozilla.com/x",
        "https://push.apple.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://fcm.googleapis.com/x#y",
        "fcm-token",
        ""
      })
  void other_addresses_are_not(String url) {
    assertThat(WebPushAddress.isAllowed(url, hosts(), false)).isFalse();
  }

  private static List<String> hosts() {
    return List.of("fcm.googleapis.com", "*.push.services.mozilla.com", "*.push.apple.com");
  }

  @Test
  void keys_of_different_pairs_are_refused() {
    KeyPair other = FakePushService.pair();

    org.assertj.core.api.Assertions.assertThatThrownBy(
            () ->
                VapidKeys.of(
                    FakePushService.publicKey(VAPID), Secret.of(FakePushService.privateKey(other))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not of one pair");
  }
}
