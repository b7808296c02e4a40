package io.classbell.account.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttemptWindowTest {
  private static final long SECOND = 1_000_000_000L;
  private final AttemptWindow window = new AttemptWindow(3);

  /** Monotonic clocks begin anywhere, below zero too, and may run over. */
  private final long start = Long.MAX_VALUE - 10 * SECOND;

  @Test
  void up_to_the_limit_nobody_waits_and_then_until_a_minute_after_the_first() {
    assertThat(window.waitFor("a", 2, start)).isZero();
    window.add("a", start);
    assertThat(window.waitFor("a", 2, start)).isZero();
    window.add("a", start + 20 * SECOND);

    assertThat(window.waitFor("a", 2, start + 20 * SECOND)).isEqualTo(40 * SECOND);
    assertThat(window.waitFor("b", 2, start + 20 * SECOND)).isZero();
    assertThat(window.waitFor("a", 2, start + 60 * SECOND)).isZero();
  }

  @Test
  void after_a_minute_counting_begins_again() {
    window.add("a", start);
    window.add("a", start);
    window.add("a", start + 61 * SECOND);

    assertThat(window.waitFor("a", 2, start + 61 * SECOND)).isZero();
    assertThat(window.waitFor("a", 1, start + 61 * SECOND)).isEqualTo(60 * SECOND);
  }

  @Test
  void of_too_many_keys_the_oldest_go() {
    for (int i = 0; i < 10; i++) {
      window.add("k" + i, start + i);
    }
    assertThat(window.size()).isEqualTo(3);
    assertThat(window.waitFor("k9", 1, start + 10)).isPositive();
    assertThat(window.waitFor("k0", 1, start + 10)).isZero();
  }

  @Test
  void keys_whose_minute_is_over_are_not_kept() {
    window.add("a", start);
    window.add("b", start + 61 * SECOND);

    assertThat(window.size()).isEqualTo(1);
  }
}
