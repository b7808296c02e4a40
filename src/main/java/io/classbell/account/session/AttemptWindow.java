package io.classbell.account.session;

import io.classbell.account.session.LoginAttempts.Limit;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts failed attempts by key, each for a minute from the first, and attempts in progress. Held
 * in memory and bounded: the oldest counts are dropped when there are too many. Times are
 * nanoseconds of a monotonic clock.
 */
final class AttemptWindow {
  static final long LENGTH_NANOS = 60_000_000_000L;

  private record Count(int number, long endsAt) {}

  private final int mostKeys;
  private final Map<String, Count> counts = new LinkedHashMap<>();
  private final Map<String, Integer> underWay = new HashMap<>();

  AttemptWindow(int mostKeys) {
    this.mostKeys = mostKeys;
  }

  /**
   * Reserves one attempt under all limits, or under none.
   *
   * @return 0 if reserved; -1 if attempts in progress could exhaust a limit; otherwise the
   *     nanoseconds to wait
   */
  synchronized long tryReserve(List<Limit> limits, long now) {
    long wait = 0;
    boolean isBusy = false;
    for (Limit limit : limits) {
      wait = Math.max(wait, waitFor(limit.key(), limit.most(), now));
      Count count = counts.get(limit.key());
      int failed = count == null || count.endsAt - now <= 0 ? 0 : count.number;
      isBusy |= failed + underWay.getOrDefault(limit.key(), 0) >= limit.most();
    }
    if (wait > 0 || isBusy) {
      return wait > 0 ? wait : -1;
    }
    limits.forEach(limit -> underWay.merge(limit.key(), 1, Integer::sum));
    return 0;
  }

  /** Ends a reserved attempt and counts it if it failed. */
  synchronized void finish(List<Limit> limits, boolean counts, long now) {
    for (Limit limit : limits) {
      underWay.computeIfPresent(limit.key(), (key, number) -> number == 1 ? null : number - 1);
      if (counts) {
        add(limit.key(), now);
      }
    }
  }

  /** Adds one to a count. */
  synchronized void add(String key, long now) {
    Count count = counts.get(key);
    if (count == null || count.endsAt - now <= 0) {
      counts.remove(key);
      counts.put(key, new Count(1, now + LENGTH_NANOS));
      dropOldest(now);
    } else {
      counts.put(key, new Count(count.number + 1, count.endsAt));
    }
  }

  /** Nanoseconds until the next attempt is allowed; 0 if it is allowed now. */
  synchronized long waitFor(String key, int limit, long now) {
    Count count = counts.get(key);
    if (count == null || count.number < limit) {
      return 0;
    }
    return Math.max(0, count.endsAt - now);
  }

  synchronized int size() {
    return counts.size();
  }

  /** Drops expired and excess counts. The map is ordered by first attempt, so by expiry too. */
  private void dropOldest(long now) {
    Iterator<Count> oldest = counts.values().iterator();
    while (oldest.hasNext()) {
      Count count = oldest.next();
      if (count.endsAt - now > 0 && counts.size() <= mostKeys) {
        return;
      }
      oldest.remove();
    }
  }
}
