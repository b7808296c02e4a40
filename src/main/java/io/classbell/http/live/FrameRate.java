package io.classbell.http.live;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate of so many a minute, all of which may come at once. Generic cell rate algorithm: one
 * number says until when what came is paid for. Safe from any thread.
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

  /** Counts one; false where it is one too many. */
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

  /** Whether it is as good as a new one. */
  boolean isUnused(long now) {
    return paidUntil.get() - now <= 0;
  }
}
