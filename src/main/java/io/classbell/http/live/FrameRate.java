package io.classbell.http.live;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit per minute that allows bursts up to the whole limit. Uses the generic cell rate
 * algorithm, whose state is one point in time. Thread-safe.
 */
final class FrameRate {

  private static final long MINUTE_NANOS = 60_000_000_000L;

  private final long nanosEach;
  private final AtomicLong paidUntil;

  /**
   * @param now as {@link System#nanoTime()}, here and below
   */
  FrameRate(int perMinute, long now) {
    this.nanosEach = MINUTE_NANOS / perMinute;
    this.paidUntil = new AtomicLong(now);
  }

  /** Counts one; false if it exceeds the limit. */
  boolean take(long now) {
    while (true) {
      long before = paidUntil.get();
      long after = (before - now > 0 ? before : now) + nanosEach;
      if (after - now > MINUTE_NANOS) {
        return false;
      }
      if (paidUntil.compareAndSet(before, after)) {
        return true;
      }
    }
  }

  /** Whether the limit is unused, so that it equals a new one. */
  boolean isUnused(long now) {
    return paidUntil.get() - now <= 0;
  }
}
