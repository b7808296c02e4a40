package io.classbell.notification;

import java.time.Duration;

/** How long to wait after so many failures: doubling, up to a longest, with jitter. */
record Backoff(Duration first, Duration longest) {

  /**
   * @param failures how often it has failed by now, at least 1
   * @param random from 0 (inclusive) to 1 (exclusive): the wait is between half and the whole
   */
  Duration after(int failures, double random) {
    int doublings = Math.min(failures - 1, 30);
    long ceiling = longest.toMillis();
    long millis = first.toMillis();
    for (int i = 0; i < doublings && millis < ceiling; i++) {
      millis *= 2;
    }
    millis = Math.min(millis, ceiling);
    return Duration.ofMillis(millis / 2 + Math.round(millis / 2.0 * random));
  }
}
