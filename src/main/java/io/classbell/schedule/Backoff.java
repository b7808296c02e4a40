package io.classbell.schedule;

import java.time.Duration;

/** How long a failed message rests: doubling from the first wait to the longest, with jitter. */
record Backoff(Duration first, Duration longest) {

  /**
   * The wait after an attempt (from 1). {@code chance}, from 0 to below 1000, takes up to half of
   * it away, so that what failed together does not come again together.
   */
  Duration after(int attempt, int chance) {
    int doublings = Math.min(Math.max(attempt, 1) - 1, 40);
    long whole = longest.toMillis();
    if (first.toMillis() <= whole >> doublings) {
      whole = first.toMillis() << doublings;
    }
    return Duration.ofMillis(Math.max(1, whole - whole * chance / 2000));
  }
}
