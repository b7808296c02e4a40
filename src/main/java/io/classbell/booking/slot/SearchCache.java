package io.classbell.booking.slot;

import io.classbell.booking.api.MeetingApi.Meetings;
import io.classbell.booking.api.MeetingApi.SearchSlots;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Caches search results for a tenth of a second. The number of free seats may lag by that; bookings
 * are decided by the locked row. Bounded; cleared when slots change on this node. Belongs to one
 * verticle's context.
 */
final class SearchCache {
  private static final long FRESH_NANOS = 100_000_000;
  private static final int MOST = 500;

  private record Answer(Future<Meetings> answer, long until) {}

  private final Map<SearchSlots, Answer> entries =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SearchSlots, Answer> eldest) {
          return size() > MOST;
        }
      };

  /** Returns a recent result, joins a search in progress, or starts a new search. */
  Future<Meetings> get(SearchSlots query, Function<SearchSlots, Future<Meetings>> search) {
    long now = System.nanoTime();
    Answer entry = entries.get(query);
    if (entry != null && now - entry.until < 0 && !entry.answer.failed()) {
      return entry.answer;
    }
    Future<Meetings> answer = search.apply(query);
    entries.remove(query);
    entries.put(query, new Answer(answer, now + FRESH_NANOS));
    return answer;
  }

  void clear() {
    entries.clear();
  }
}
