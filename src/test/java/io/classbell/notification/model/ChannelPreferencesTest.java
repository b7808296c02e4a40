package io.classbell.notification.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.notification.api.Channel;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.delivery.Throttle;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChannelPreferencesTest {
  private static ChannelPreferences chosen(Kind kind, Channel channel, boolean enabled) {
    return new ChannelPreferences(Map.of(kind, Map.of(channel, enabled)));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void the_inbox_is_always_told(Kind kind) {
    assertThat(chosen(kind, Channel.in_app, false).wants(kind, Channel.in_app, Map.of())).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {
        "booking_cancelled",
        "meeting_cancelled",
        "refund_issued",
        "credits_received",
        "withdrawal_requested",
        "withdrawal_paid",
        "withdrawal_failed"
      })
  void mails_about_money_and_cancellations_cannot_be_switched_off(Kind kind) {
    assertThat(chosen(kind, Channel.email, false).wants(kind, Channel.email, Map.of())).isTrue();
    assertThat(chosen(kind, Channel.push, false).wants(kind, Channel.push, Map.of())).isFalse();
    assertThat(ChannelPreferences.locked(kind, Channel.email)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void by_default_everything_is_pushed_and_all_but_what_happens_now_is_mailed(Kind kind) {
    boolean now = kind == Kind.meeting_opened || kind == Kind.meeting_closed;

    assertThat(ChannelPreferences.NONE.wants(kind, Channel.push, Map.of())).isTrue();
    assertThat(ChannelPreferences.NONE.wants(kind, Channel.email, Map.of())).isEqualTo(!now);
  }

  @Test
  void the_late_reminder_is_mailed_only_to_who_chose_reminders() {
    Map<String, String> early = Map.of("before", "PT24H");
    Map<String, String> late = Map.of("before", "PT1H");

    assertThat(ChannelPreferences.NONE.wants(Kind.reminder, Channel.email, early)).isTrue();
    assertThat(ChannelPreferences.NONE.wants(Kind.reminder, Channel.email, late)).isFalse();
    assertThat(ChannelPreferences.NONE.wants(Kind.reminder, Channel.push, late)).isTrue();
    assertThat(chosen(Kind.reminder, Channel.email, true).wants(Kind.reminder, Channel.email, late))
        .isTrue();
    assertThat(
            chosen(Kind.reminder, Channel.email, false).wants(Kind.reminder, Channel.email, early))
        .isFalse();
  }

  @Test
  void a_choice_is_for_its_kind_and_channel_alone() {
    ChannelPreferences choices = chosen(Kind.booking_moved, Channel.email, false);

    assertThat(choices.wants(Kind.booking_moved, Channel.email, Map.of())).isFalse();
    assertThat(choices.wants(Kind.booking_moved, Channel.push, Map.of())).isTrue();
    assertThat(choices.wants(Kind.booking_confirmed, Channel.email, Map.of())).isTrue();
    assertThat(choices.shown()).hasSize(Kind.values().length);
    assertThat(choices.shown().get("booking_moved"))
        .isEqualTo(Map.of("in_app", true, "email", false, "push", true));
  }

  @Test
  void mandatory_channels_are_named_for_every_kind() {
    assertThat(ChannelPreferences.mandatory()).hasSize(Kind.values().length);
    assertThat(ChannelPreferences.mandatory().get("reminder")).containsExactly("in_app");
    assertThat(ChannelPreferences.mandatory().get("refund_issued"))
        .containsExactlyInAnyOrder("in_app", "email");
  }

  @Test
  void after_a_burst_mails_go_at_an_even_pace() {
    long now = -5_000_000_000L;
    Throttle pace = new Throttle(10, now);
    long last = 0;
    for (int i = 0; i <= 10; i++) {
      last = pace.turn(now);
      assertThat(last).isZero();
    }
    for (int i = 1; i <= 10; i++) {
      last = pace.turn(now);
      assertThat(last).isEqualTo(i * 100_000_000L);
    }
    assertThat(pace.turn(now + 60_000_000_000L)).isZero();
  }
}
