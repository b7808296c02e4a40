package io.classbell.platform.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogThrottleTest {

  @Test
  void it_is_due_at_first_and_then_not_before_its_time() {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    LogThrottle once = new LogThrottle(Duration.ofNanos(10), nanos::get);
    assertThat(once.isDue()).isTrue();
    assertThat(once.isDue()).isFalse();
    nanos.addAndGet(9);
    assertThat(once.isDue()).isFalse();
    nanos.addAndGet(1);
    assertThat(once.isDue()).isTrue();
    assertThat(once.isDue()).isFalse();
  }
}
