package io.classbell.platform;

import java.time.Duration;

/** The wait between attempts: doubles from the first wait up to the longest, with jitter. */
public record Backoff(Duration first, Duration longest) {

  private static final int MOST_DOUBLINGS = 40;

  /**
   * Computes the wait before the next attempt.
   *
   * @param failures the number of failures so far; values below 1 count as 1
   * @param chance a random number in [0, 1): shortens the wait by up to half, so that callers that
   *     failed together do not retry together
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
