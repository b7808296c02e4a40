package io.classbell.platform.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.time.PlatformClock.Reading;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PlatformClockTest {
  private static final Instant NOON = Instant.parse("2030-03-01T12:00:00Z");

  private final PlatformClock clock = PlatformClock.startingAt(NOON);
  private final long now = System.nanoTime();
  private final long shown = clock.realAt(now).toEpochMilli();

  @Test
  void an_answer_that_comes_late_does_not_move_it() {
    // The database was asked at once, and its answer was two seconds on the way.
    clock.learn(new Reading(shown, now, now + seconds(2)));
    assertThat(clock.realAt(now).toEpochMilli()).isEqualTo(shown);
    // The question waited for two seconds, and was answered at once.
    clock.learn(new Reading(shown + 2_000, now, now + seconds(2)));
    assertThat(clock.realAt(now).toEpochMilli()).isEqualTo(shown);
  }

  @Test
  void an_answer_that_proves_it_wrong_sets_it() {
    clock.learn(new Reading(shown + 5_000, now, now + millis(2)));
    assertThat(clock.realAt(now + millis(1)).toEpochMilli()).isEqualTo(shown + 5_000);

    clock.learn(new Reading(shown - 5_000, now, now + millis(2)));
    assertThat(clock.realAt(now + millis(1)).toEpochMilli()).isEqualTo(shown - 5_000);
  }

  @Test
  void a_quick_answer_leaves_it_little_to_be_wrong_by() {
    clock.learn(new Reading(shown + 10, now, now + millis(4)));
    assertThat(clock.realAt(now).toEpochMilli()).isBetween(shown + 6, shown + 14);
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
