package io.classbell.notification;

import static io.classbell.notification.Rig.fact;
import static io.classbell.testing.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.notification.api.DeviceKind;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.AddDevice;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.push.FakeFcm;
import io.classbell.notification.push.FakePushService;
import io.classbell.platform.config.Secret;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection.FieldError;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestRedis;
import io.vertx.core.json.JsonObject;
import java.security.KeyPair;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pushes from the event to the provider, on real servers. */
@OnBothDatabases
class PushIT {
  private final TestDatabase database;
  private final FakeSmtp smtp = new FakeSmtp();
  private Rig rig;
  private FakeFcm google;
  private FakePushService service;

  PushIT(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void start() {
    rig = new Rig(database, TestRedis.fresh());
    google = new FakeFcm(rig.test.vertx());
    service = new FakePushService(rig.test.vertx());
    KeyPair vapid = FakePushService.pair();
    JsonObject push =
        new JsonObject()
            .put(
                "fcm",
                new JsonObject()
                    .put("apiUrl", google.url())
                    .put("serviceAccount", google.serviceAccount()))
            .put(
                "webPush",
                new JsonObject()
                    .put("publicKey", FakePushService.publicKey(vapid))
                    .put("privateKey", FakePushService.privateKey(vapid))
                    .put("subject", "mailto:ops@example.com")
                    .put("allowedHosts", new io.vertx.core.json.JsonArray().add("127.0.0.1")))
            .put("workers", 4);
    rig.deployWithProviders(Rig.settings(smtp.port(), "\"push\": " + push.encode()));
  }

  @AfterEach
  void stop() {
    google.close();
    service.close();
    rig.close();
    smtp.close();
  }

  private String phoneOf(String user, String token) {
    return rig.ask(
            NotificationApi.ADD_DEVICE,
            new AddDevice(user, "android", token, DeviceKind.token, null, null))
        .id();
  }

  private String browserOf(String user) {
    return rig.ask(
            NotificationApi.ADD_DEVICE,
            new AddDevice(
                user,
                "web",
                service.endpoint(),
                DeviceKind.web_push,
                service.p256dh(),
                Secret.of(service.auth())))
        .id();
  }

  @Test
  void phones_and_browsers_of_the_user_get_the_notification() {
    String user = rig.student();
    phoneOf(user, "phone");
    browserOf(user);

    rig.tell(fact("c", user, Kind.booking_moved, "title", "Algebra", "meetingId", "m1"));

    until("both are reached", () -> google.messages.size() == 1 && service.received.size() == 1);
    assertThat(service.faults).isEmpty();
    assertThat(service.received.getFirst().message().getString("title")).contains("Algebra");
    assertThat(google.messages.getFirst().getJsonObject("notification").getString("title"))
        .contains("Algebra");
    until("done", () -> rig.count("delivery") == 0);
    assertThat(rig.count("device")).isEqualTo(2);
  }

  @Test
  void a_dead_device_is_dropped_and_only_that_one() {
    String user = rig.student();
    phoneOf(user, "dead");
    phoneOf(user, "alive");
    browserOf(user);
    google.answer =
        message ->
            message.getString("token").equals("dead")
                ? FakeFcm.error(404, "UNREGISTERED")
                : FakeFcm.error(403, null);
    service.status = n -> 403;

    rig.tell(fact("c", user, Kind.booking_moved));

    until("the dead one is gone", () -> rig.count("device") == 2);
    until(
        "the others are tried again",
        () -> google.messages.size() > 3 && service.received.size() > 2);
    assertThat(rig.rows("SELECT token FROM device WHERE kind = 'token'")).containsExactly("alive");

    google.answer = message -> FakeFcm.ok();
    service.status = n -> 201;
    until("delivered after all", () -> rig.count("delivery") == 0);
  }

  @Test
  void a_browser_that_unsubscribed_is_dropped() {
    String user = rig.student();
    browserOf(user);
    service.status = n -> 410;

    rig.tell(fact("c", user, Kind.booking_moved));

    until("gone", () -> rig.count("device") == 0 && rig.count("delivery") == 0);
  }

  @Test
  void a_provider_that_does_not_answer_delays_no_mail() {
    String user = rig.student();
    phoneOf(user, "phone");
    google.answer = message -> null;
    for (int i = 0; i < 12; i++) {
      rig.tell(fact("c" + i, user, Kind.booking_moved));
    }
    until("all workers of the channel wait", () -> google.messages.size() >= 4);

    until("the mails are there", () -> smtp.taken.size() == 12);
    assertThat(rig.rows("SELECT DISTINCT channel FROM delivery")).containsExactly("push");
  }

  @Test
  void a_wait_that_the_provider_asks_for_is_kept() {
    String user = rig.student();
    phoneOf(user, "phone");
    google.answer = message -> FakeFcm.error(429, "QUOTA_EXCEEDED", "3600", null, "Slow down.");

    rig.tell(fact("c", user, Kind.booking_moved));

    until(
        "put off",
        () ->
            rig.rows(
                    "SELECT COUNT(*) FROM delivery WHERE channel = 'push' AND attempts = 1"
                        + " AND next_at > UTC_TIMESTAMP() + INTERVAL 55 MINUTE")
                .getFirst()
                .equals("1"));
  }

  @Test
  void a_device_belongs_to_the_user_who_registered_it_last() {
    String first = rig.student();
    String second = rig.student();
    browserOf(first);
    browserOf(second);

    rig.tell(fact("c", first, Kind.booking_moved, "title", "For the first"));
    rig.tell(fact("c", second, Kind.booking_moved, "title", "For the second"));

    until("told", () -> rig.count("delivery") == 0 && !service.received.isEmpty());
    assertThat(service.received)
        .singleElement()
        .satisfies(r -> assertThat(r.message().getString("title")).contains("For the second"));
  }

  @Test
  void a_subscription_that_cannot_be_used_is_refused_by_field() {
    String user = rig.student();

    assertThatThrownBy(
            () ->
                rig.ask(
                    NotificationApi.ADD_DEVICE,
                    new AddDevice(
                        user,
                        "web",
                        "https://10.0.0.1/x",
                        DeviceKind.web_push,
                        "abc",
                        Secret.of("abc"))))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e ->
                assertThat(java.util.Objects.requireNonNull(e.failure().errors()))
                    .extracting(FieldError::field)
                    .containsExactly("token", "p256dh", "auth"));
    assertThat(rig.count("device")).isZero();
  }
}
