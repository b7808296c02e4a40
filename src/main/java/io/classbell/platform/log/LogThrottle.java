package io.classbell.platform.log;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Limits how often a repeated event is logged. Safe for use from any thread. */
public final class LogThrottle {
  private final long everyNanos;
  private final LongSupplier nanos;
  private final AtomicLong dueAt;

  public LogThrottle(Duration every) {
    this(every, System::nanoTime);
  }

  /**
   * @param nanos as {@link System#nanoTime()}
   */
  public LogThrottle(Duration every, LongSupplier nanos) {
    this.everyNanos = every.toNanos();
    this.nanos = nanos;
    this.dueAt = new AtomicLong(nanos.getAsLong());
  }

  /**
   * Returns true the first time, and again once the interval has passed since it last returned
   * true.
   */
  public boolean isDue() {
    long now = nanos.getAsLong();
    long due = dueAt.get();
    return now - due >= 0 && dueAt.compareAndSet(due, now + everyNanos);
  }
}
