package io.classbell.notification.delivery;

/**
 * So many a second, evenly, after a burst of at most one second's worth. Mail providers refuse who
 * sends faster, and a backlog of mails must not take the machine from those who book.
 */
public final class Throttle {
  private static final long SECOND = 1_000_000_000L;

  private final long interval;
  private long next;

  public Throttle(int perSecond, long nowNanos) {
    this.interval = SECOND / perSecond;
    this.next = nowNanos - SECOND;
  }

  /** Takes the next turn; answers how many nanoseconds it is off. */
  public long turn(long nowNanos) {
    long mine = next - nowNanos < -SECOND ? nowNanos - SECOND : next;
    next = mine + interval;
    return Math.max(0, mine - nowNanos);
  }
}
