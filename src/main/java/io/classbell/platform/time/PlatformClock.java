package io.classbell.platform.time;

import io.classbell.platform.db.Database;
import io.classbell.platform.db.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * The clock that all nodes share: the database's time, measured repeatedly against this JVM's
 * monotonic counter, plus the test clock's offset. A node's own wall clock is never used.
 */
public final class PlatformClock {
  private record Base(long databaseMillis, long nanos) {

    long millisAt(long laterNanos) {
      return databaseMillis + (laterNanos - nanos) / 1_000_000;
    }
  }

  /**
   * A reading of the database's time, taken between two values of this JVM's monotonic counter.
   *
   * @param databaseMillis in whole milliseconds, rounded down
   */
  record Reading(long databaseMillis, long before, long after) {

    long took() {
      return after - before;
    }

    /**
     * Whether a clock that showed this time when the result arrived is consistent with the reading.
     */
    private boolean allows(long millis) {
      return millis >= databaseMillis && millis <= databaseMillis + took() / 1_000_000 + 1;
    }
  }

  private volatile Base base;
  private volatile long testOffsetMillis;

  private PlatformClock(Base base) {
    this.base = base;
  }

  /**
   * Creates a clock and measures once, on a virtual thread; call {@link #measure} every few seconds
   * afterwards.
   */
  public static PlatformClock of(Database database) {
    PlatformClock clock = new PlatformClock(new Base(0, 0));
    clock.measure(database);
    return clock;
  }

  /**
   * Creates a clock for tests that starts at an instant and moves by real time and {@link
   * #advance}.
   */
  public static PlatformClock startingAt(Instant instant) {
    return new PlatformClock(new Base(instant.toEpochMilli(), System.nanoTime()));
  }

  /** Reads the database's time and the test clock's offset; uses the fastest of three readings. */
  public void measure(Database database) {
    Reading best = read(database);
    for (int i = 0; i < 2; i++) {
      Reading next = read(database);
      best = next.took() < best.took() ? next : best;
    }
    learn(best);
    readOffset(database);
  }

  private static Reading read(Database database) {
    long before = System.nanoTime();
    Instant there =
        Objects.requireNonNull(
            database.apart().first("SELECT UTC_TIMESTAMP(3) AS t", r -> Sql.instant(r, "t")));
    return new Reading(there.toEpochMilli(), before, System.nanoTime());
  }

  /**
   * Corrects the clock by a reading. A clock that is consistent with the reading stays as it is,
   * because a slow reply of a busy database would shift it by half of the delay.
   */
  void learn(Reading reading) {
    if (!reading.allows(base.millisAt(reading.after))) {
      base = new Base(reading.databaseMillis, reading.before + reading.took() / 2);
    }
  }

  /** Reads the test clock's offset. */
  public void readOffset(Database database) {
    Long offset =
        database
            .read()
            .first(
                "SELECT test_offset_ms FROM platform_clock WHERE id = 1",
                r -> r.getLong("test_offset_ms"));
    atLeast(Objects.requireNonNull(offset));
  }

  /** Returns the platform time, which bookings, meetings and due times use. UTC, milliseconds. */
  public Instant now() {
    return realNow().plusMillis(testOffsetMillis);
  }

  /** Returns the real time, which tokens, leases and technical retries use. UTC, milliseconds. */
  public Instant realNow() {
    return realAt(System.nanoTime());
  }

  /** Returns the real time at a value of this JVM's monotonic counter. */
  Instant realAt(long nanos) {
    return Instant.ofEpochMilli(base.millisAt(nanos));
  }

  /** Raises the test clock's offset to at least this value; it never decreases. */
  public synchronized void atLeast(long offsetMillis) {
    testOffsetMillis = Math.max(testOffsetMillis, offsetMillis);
  }

  /** Moves the test clock of this node only. */
  public synchronized void advance(Duration duration) {
    testOffsetMillis += duration.toMillis();
  }

  /** Returns how far the test clock is ahead of real time. */
  public long testOffsetMillis() {
    return testOffsetMillis;
  }

  /** Truncates an instant to milliseconds, as the database stores it. */
  public static Instant toMillis(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS);
  }
}
