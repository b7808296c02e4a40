package io.classbell.booking.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.BookingDefaults;
import io.classbell.booking.Rows;
import io.classbell.booking.api.BookingSettings;
import io.classbell.platform.failure.Rejection.FieldError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SlotRulesTest {
  private static final BookingSettings SETTINGS = BookingDefaults.SETTINGS;

  @Test
  void the_least_and_the_most_can_be_offered() {
    assertThat(fields("A", 1, 1, 0)).isEmpty();
    assertThat(fields("A".repeat(120), 1440, 1000, 100_000_000)).isEmpty();
  }

  @Test
  void every_field_at_fault_is_named_at_once() {
    assertThat(fields(" ", 0, 0, -1))
        .containsExactly("title", "durationMinutes", "capacity", "price");
    assertThat(fields("A".repeat(121), 1441, 1001, 100_000_001))
        .containsExactly("title", "durationMinutes", "capacity", "price");
    assertThat(fields("two\nlines", 60, 1, 0)).containsExactly("title");
  }

  @Test
  void a_value_beyond_a_limit_is_out_of_range_and_told_the_limits() {
    assertThat(SlotRules.check(SETTINGS, "A", 1, 1001, 0))
        .containsExactly(
            new FieldError(
                "capacity",
                "out_of_range",
                "Must be from 1 to 1000.",
                Map.of("min", 1L, "max", 1000L)));
  }

  @Test
  void a_title_is_counted_in_characters_and_can_be_seen_on_one_line() {
    assertThat(fields("\ud83c\udfbb".repeat(120), 60, 1, 0)).isEmpty();
    assertThat(fields("\ud83c\udfbb".repeat(121), 60, 1, 0)).containsExactly("title");
    for (String title : List.of("\u200b", "a\u2028b", "\u202eabc")) {
      assertThat(fields(title, 60, 1, 0)).as(title).containsExactly("title");
    }
  }

  @Test
  void a_class_starts_in_the_future_and_within_five_years() {
    assertThat(SlotRules.startable(Rows.NOW, Rows.NOW)).isFalse();
    assertThat(SlotRules.startable(Rows.NOW.plusMillis(1), Rows.NOW)).isTrue();
    assertThat(SlotRules.startable(Rows.NOW.plus(Duration.ofDays(1800)), Rows.NOW)).isTrue();
    assertThat(SlotRules.startable(Rows.NOW.plus(Duration.ofDays(1831)), Rows.NOW)).isFalse();
  }

  private static List<String> fields(String title, int minutes, int capacity, long price) {
    return SlotRules.check(SETTINGS, title, minutes, capacity, price).stream()
        .map(FieldError::field)
        .toList();
  }
}
