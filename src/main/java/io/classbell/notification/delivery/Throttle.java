package io.classbell.notification.delivery;

/**
 * Limits a rate per second evenly, after a burst of at most one second's worth. Mail providers
 * reject senders that exceed their limits, and a backlog of mails must not slow down bookings.
 */
public final class Throttle {
  private static final long SECOND = 1_000_000_000L;

  private final long interval;
  private long next;

  public Throttle(int perSecond, long nowNanos) {
    this.interval = SECOND / perSecond;
    this.next = nowNanos - SECOND;
  }

  /** Reserves the next slot; returns the nanoseconds until it begins. */
  public long turn(long nowNanos) {
    long mine = next - nowNanos < -SECOND ? nowNanos - SECOND : next;
    next = mine + interval;
    return Math.max(0, mine - nowNanos);
  }
}
