package io.classbell.account;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts by key, each for a minute from its first. In memory and bounded: the oldest keys go when
 * there are too many. Times are of a monotonic clock, in nanoseconds.
 */
final class AttemptWindow {
  static final long LENGTH_NANOS = 60_000_000_000L;

  private record Count(int number, long endsAt) {}

  private final int mostKeys;
  private final Map<String, Count> counts = new LinkedHashMap<>();

  AttemptWindow(int mostKeys) {
    this.mostKeys = mostKeys;
  }

  /** One more of it. */
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

  /** How long until there may be another; 0 where there may be one now. */
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

  /** In the order of their first attempts, so of their ends. */
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
