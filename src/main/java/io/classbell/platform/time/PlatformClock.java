package io.classbell.platform.time;

import io.classbell.platform.db.Database;
import io.classbell.platform.db.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * One time for all nodes: the database's, measured again and again against this JVM's monotonic
 * counter, plus the test clock's offset. A node's own wall clock decides nothing.
 */
public final class PlatformClock {
  private record Base(long databaseMillis, long nanos) {

    long millisAt(long laterNanos) {
      return databaseMillis + (laterNanos - nanos) / 1_000_000;
    }
  }

  /**
   * The database's time as it was at some moment between two of this JVM's counter.
   *
   * @param databaseMillis in whole milliseconds, rounded down
   */
  record Reading(long databaseMillis, long before, long after) {

    long took() {
      return after - before;
    }

    /** Whether a clock that showed this when the answer came may be right. */
    private boolean allows(long millis) {
      return millis >= databaseMillis && millis <= databaseMillis + took() / 1_000_000 + 1;
    }
  }

  private volatile Base base;
  private volatile long testOffsetMillis;

  private PlatformClock(Base base) {
    this.base = base;
  }

  /** Measures, on a virtual thread; {@link #measure} is to be called every few seconds after. */
  public static PlatformClock of(Database database) {
    PlatformClock clock = new PlatformClock(new Base(0, 0));
    clock.measure(database);
    return clock;
  }

  /** Stands at an instant and moves by {@link #advance} and real time; for tests. */
  public static PlatformClock startingAt(Instant instant) {
    return new PlatformClock(new Base(instant.toEpochMilli(), System.nanoTime()));
  }

  /**
   * Reads the database's time and the test clock's offset; counts the fastest of three readings.
   */
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
   * A clock that a reading does not prove wrong stays as it is: the answer of a busy database comes
   * late, and would move it by half of that.
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

  /** The platform's now: what lives, opens, closes and is due goes by it. UTC, milliseconds. */
  public Instant now() {
    return realNow().plusMillis(testOffsetMillis);
  }

  /** Real time: what tokens, leases and retries of machinery go by. UTC, milliseconds. */
  public Instant realNow() {
    return realAt(System.nanoTime());
  }

  /** Real time at a moment of this JVM's counter. */
  Instant realAt(long nanos) {
    return Instant.ofEpochMilli(base.millisAt(nanos));
  }

  /** The test clock moved: its offset never goes back. */
  public synchronized void atLeast(long offsetMillis) {
    testOffsetMillis = Math.max(testOffsetMillis, offsetMillis);
  }

  /** Moves the test clock, this node's only. */
  public synchronized void advance(Duration duration) {
    testOffsetMillis += duration.toMillis();
  }

  /** How far the test clock is ahead of real time. */
  public long testOffsetMillis() {
    return testOffsetMillis;
  }

  /** As the database stores it. */
  public static Instant toMillis(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS);
  }
}
