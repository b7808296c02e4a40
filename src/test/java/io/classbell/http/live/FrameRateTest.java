package io.classbell.http.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FrameRateTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long now = Long.MAX_VALUE - 10;
  private final FrameRate rate = new FrameRate(60, now);

  private int takeAll() {
    int taken = 0;
    while (rate.take(now)) {
      taken++;
    }
    return taken;
  }

  @Test
  void a_minutes_worth_may_come_at_once_and_then_one_at_a_time() {
    assertThat(takeAll()).isEqualTo(60);
    now += SECOND;
    assertThat(takeAll()).isOne();
    now += 10 * SECOND;
    assertThat(takeAll()).isEqualTo(10);
  }

  @Test
  void what_was_not_used_is_not_saved_up() {
    now += 600 * SECOND;
    assertThat(takeAll()).isEqualTo(60);
  }

  @Test
  void it_is_as_good_as_new_after_a_minute() {
    assertThat(rate.isUnused(now)).isTrue();
    takeAll();
    assertThat(rate.isUnused(now)).isFalse();
    now += 60 * SECOND;
    assertThat(rate.isUnused(now)).isTrue();
  }
}
