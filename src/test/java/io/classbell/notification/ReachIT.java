package io.classbell.notification;

import static io.classbell.notification.Rig.fact;
import static io.classbell.testing.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.AddDevice;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.api.NotificationApi.Preferences;
import io.classbell.notification.api.NotificationApi.PreferencesOf;
import io.classbell.notification.api.NotificationApi.RemoveDevice;
import io.classbell.notification.api.NotificationApi.SetPreferences;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestRedis;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnBothDatabases
class ReachIT {
  private final TestDatabase database;
  private final FakeSmtp smtp = new FakeSmtp();
  private Rig rig;

  ReachIT(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void start() {
    rig = new Rig(database, TestRedis.fresh());
    rig.deploy(smtp.port(), "");
    rig.deploy(smtp.port(), "");
  }

  @AfterEach
  void stop() {
    rig.close();
    smtp.close();
  }

  private Preferences set(String user, Map<String, Map<String, Boolean>> kinds) {
    return rig.ask(NotificationApi.SET_PREFERENCES, new SetPreferences(user, kinds));
  }

  private void assertRefused(String code, String user, Map<String, Map<String, Boolean>> kinds) {
    assertThatThrownBy(() -> set(user, kinds))
        .isInstanceOfSatisfying(
            RejectedException.class, no -> assertThat(no.failure().code()).isEqualTo(code));
    assertThat(rig.count("notification_preference")).isZero();
  }

  @Test
  void what_was_chosen_holds_at_once_on_every_node_and_the_rest_stays() {
    String user = rig.student();
    for (int i = 0; i < 4; i++) {
      rig.tell(fact("before" + i, user, Kind.booking_moved));
    }
    until("mailed", () -> smtp.taken.size() == 4);

    Preferences set = set(user, Map.of("booking_moved", Map.of("email", false)));
    assertThat(set.kinds().get("booking_moved"))
        .isEqualTo(Map.of("in_app", true, "email", false, "push", true));
    set = set(user, Map.of("reminder", Map.of("push", false, "email", true)));
    assertThat(set.kinds().get("booking_moved").get("email")).isFalse();
    assertThat(rig.ask(NotificationApi.PREFERENCES, new PreferencesOf(user))).isEqualTo(set);
    for (int i = 0; i < 4; i++) {
      rig.tell(fact("after" + i, user, Kind.booking_moved));
    }
    assertThat(rig.inbox(user).items()).hasSize(8);
    assertThat(rig.count("delivery")).isZero();
    assertThat(smtp.taken).hasSize(4);
  }

  @Test
  void what_must_be_told_cannot_be_switched_off() {
    String user = rig.student();
    assertRefused(
        "mandatory_channel",
        user,
        Map.of("refund_issued", Map.of("email", false), "booking_moved", Map.of("email", false)));
    assertRefused("mandatory_channel", user, Map.of("reminder", Map.of("in_app", false)));
    assertThatThrownBy(() -> set(user, Map.of("refund_issued", Map.of("email", false))))
        .isInstanceOfSatisfying(
            RejectedException.class,
            no ->
                assertThat(no.failure().errors())
                    .extracting(Rejection.FieldError::field)
                    .containsExactly("kinds.refund_issued.email"));
    assertRefused("unknown_kind_or_channel", user, Map.of("gossip", Map.of("email", false)));
    assertRefused("unknown_kind_or_channel", user, Map.of("reminder", Map.of("pigeon", true)));

    assertThat(set(user, Map.of("refund_issued", Map.of("email", true, "in_app", true))).kinds())
        .hasSize(Kind.values().length);
  }

  @Test
  void a_device_belongs_to_who_showed_its_token_last() {
    String one = rig.student();
    String other = rig.student();
    rig.ask(NotificationApi.ADD_DEVICE, new AddDevice(one, "web", "token", null, null, null));
    rig.tell(fact("a", one, Kind.meeting_opened));
    until("pushed", () -> rig.push.messages.size() == 1);
    rig.ask(NotificationApi.ADD_DEVICE, new AddDevice(other, "web", "token", null, null, null));
    rig.tell(fact("b", one, Kind.meeting_opened), fact("c", other, Kind.meeting_opened));
    until("pushed", () -> rig.push.messages.size() == 2);

    rig.ask(NotificationApi.REMOVE_DEVICE, new RemoveDevice(one, "token"));
    assertThat(rig.count("device")).isEqualTo(1);
    rig.ask(NotificationApi.REMOVE_DEVICE, new RemoveDevice(other, "token"));
    rig.ask(NotificationApi.REMOVE_DEVICE, new RemoveDevice(other, "token"));
    assertThat(rig.count("device")).isZero();
    until("done", () -> rig.count("delivery") == 0);
    assertThat(rig.push.messages).hasSize(2);
  }

  @Test
  void of_too_many_devices_the_oldest_are_forgotten() {
    String user = rig.student();
    for (int i = 0; i < 22; i++) {
      rig.ask(
          NotificationApi.ADD_DEVICE, new AddDevice(user, "ios", "token" + i, null, null, null));
    }

    assertThat(rig.rows("SELECT COUNT(*), SUM(token IN ('token0', 'token1')) FROM device"))
        .containsExactly("20|0");
  }
}
