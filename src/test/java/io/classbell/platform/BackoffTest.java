package io.classbell.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofMinutes(5));

  @Test
  void the_wait_doubles_up_to_the_longest() {
    assertThat(backoff.after(1, 0)).isEqualTo(Duration.ofMillis(500));
    assertThat(backoff.after(2, 0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(backoff.after(10, 0)).isEqualTo(Duration.ofSeconds(256));
    assertThat(backoff.after(11, 0)).isEqualTo(Duration.ofMinutes(5));
    assertThat(backoff.after(1000, 0)).isEqualTo(Duration.ofMinutes(5));
  }

  @Property
  void chance_takes_up_to_half_of_it_away(
      @ForAll @IntRange(min = 0, max = 1000) int attempt,
      @ForAll @DoubleRange(min = 0, max = 0.99) double chance) {
    Duration whole = backoff.after(attempt, 0);
    assertThat(backoff.after(attempt, chance)).isBetween(whole.dividedBy(2), whole).isPositive();
  }
}
