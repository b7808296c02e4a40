package io.classbell.platform;

import java.time.Duration;

/** How long what failed rests: doubling from the first wait to the longest, with jitter. */
public record Backoff(Duration first, Duration longest) {

  private static final int MOST_DOUBLINGS = 40;

  /**
   * The wait after so many failures.
   *
   * @param failures by now; counted as 1 where it is less
   * @param chance from 0 to below 1: takes up to half of the wait away, so that what failed
   *     together does not come again together
   */
  public Duration after(int failures, double chance) {
    int doublings = Math.min(Math.max(failures, 1) - 1, MOST_DOUBLINGS);
    long whole = longest.toMillis();
    if (first.toMillis() <= whole >> doublings) {
      whole = first.toMillis() << doublings;
    }
    return Duration.ofMillis(Math.max(1, whole - (long) (whole * chance / 2)));
  }
}
