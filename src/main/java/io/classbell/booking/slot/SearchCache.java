package io.classbell.booking.slot;

import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Caches search results for moments. The number of free seats may lag by that; bookings are decided
 * by the locked row. Bounded; cleared when slots change on this node. Belongs to one verticle's
 * context.
 */
final class SearchCache<Q, A> {
  private static final int MOST = 500;

  private record Answer<A>(Future<A> answer, long until) {}

  private final long freshNanos;
  private final Map<Q, Answer<A>> entries =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Q, Answer<A>> eldest) {
          return size() > MOST;
        }
      };

  SearchCache(long freshMillis) {
    this.freshNanos = TimeUnit.MILLISECONDS.toNanos(freshMillis);
  }

  /** Returns a recent result, joins a search in progress, or starts a new search. */
  Future<A> get(Q query, Function<Q, Future<A>> search) {
    long now = System.nanoTime();
    Answer<A> entry = entries.get(query);
    if (entry != null && now - entry.until < 0 && !entry.answer.failed()) {
      return entry.answer;
    }
    Future<A> answer = search.apply(query);
    entries.remove(query);
    entries.put(query, new Answer<>(answer, now + freshNanos));
    return answer;
  }

  void clear() {
    entries.clear();
  }
}
