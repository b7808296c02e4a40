package io.classbell.notification.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReminderTimingTest {
  private static final Instant START = Instant.parse("2030-03-01T10:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "PT24H,",
    "PT23H59M5S,",
    "PT23H58M50S, PT23H59M",
    "PT20H13M10S, PT20H13M",
    "PT25H,",
    "PT0.5S, PT0S",
  })
  void a_reminder_says_how_long_it_is_when_it_is_told(Duration left, @Nullable String told) {
    Map<String, String> data = ReminderTiming.told(fact(Kind.reminder), START.minus(left)).data();
    assertThat(data.get("left")).isEqualTo(told);
    assertThat(data).containsEntry("before", "PT24H").containsEntry("startsAt", START.toString());
  }

  @Test
  void what_is_not_late_stays_as_it_is() {
    Fact reminder = fact(Kind.reminder);
    assertThat(ReminderTiming.told(reminder, START.minus(Duration.ofHours(24)))).isSameAs(reminder);
    Fact opened = fact(Kind.meeting_opened);
    assertThat(ReminderTiming.told(opened, START)).isSameAs(opened);
  }

  @Test
  void there_is_nothing_to_remind_of_once_the_class_began() {
    assertThat(ReminderTiming.isOver(fact(Kind.reminder), START.minusMillis(1))).isFalse();
    assertThat(ReminderTiming.isOver(fact(Kind.reminder), START)).isTrue();
    assertThat(ReminderTiming.isOver(fact(Kind.meeting_opened), START)).isFalse();
    assertThat(ReminderTiming.isOver(new Fact("c", "u", Kind.reminder, START, Map.of()), START))
        .isFalse();
  }

  private static Fact fact(Kind kind) {
    return new Fact("c", "u", kind, START, Map.of("startsAt", START.toString(), "before", "PT24H"));
  }
}
