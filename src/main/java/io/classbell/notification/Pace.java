package io.classbell.notification;

/**
 * So many a second, evenly, after a burst of at most one second's worth. Mail providers refuse who
 * sends faster, and a backlog of mails must not take the machine from those who book.
 */
final class Pace {
  private static final long SECOND = 1_000_000_000L;

  private final long interval;
  private long next;

  Pace(int perSecond, long nowNanos) {
    this.interval = SECOND / perSecond;
    this.next = nowNanos - SECOND;
  }

  /** Takes the next turn; answers how many nanoseconds it is off. */
  long turn(long nowNanos) {
    long mine = next - nowNanos < -SECOND ? nowNanos - SECOND : next;
    next = mine + interval;
    return Math.max(0, mine - nowNanos);
  }
}
