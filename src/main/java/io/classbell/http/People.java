package io.classbell.http;

import io.classbell.account.AccountApi;
import io.classbell.account.AccountApi.Person;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names of people, to be shown beside what they do. They change seldom and are asked for with every
 * slot, so a node remembers them until the account module says that one changed, or for some
 * minutes where that word got lost.
 */
final class People {

  private static final int MOST_REMEMBERED = 50_000;
  private static final long REMEMBERED_NANOS = 300_000_000_000L;

  private record Known(Person person, long until) {}

  private final Ask ask;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  People(Ask ask) {
    this.ask = ask;
  }

  void forget(String userId) {
    known.remove(userId);
  }

  /** By id; somebody who is gone is left out. */
  Future<Map<String, Person>> named(Collection<String> ids) {
    long now = System.nanoTime();
    Map<String, Person> found = new HashMap<>();
    TreeSet<String> missing = new TreeSet<>();
    for (String id : ids) {
      Known entry = known.get(id);
      if (entry != null && entry.until - now > 0) {
        found.put(id, entry.person);
      } else {
        missing.add(id);
      }
    }
    if (missing.isEmpty()) {
      return Future.succeededFuture(found);
    }
    return ask.of(AccountApi.PEOPLE, new AccountApi.PeopleByIds(List.copyOf(missing)))
        .map(
            answer -> {
              for (Person person : answer.people()) {
                remember(person, now);
                found.put(person.id(), person);
              }
              return found;
            });
  }

  private void remember(Person person, long now) {
    if (known.size() >= MOST_REMEMBERED) {
      known.clear();
    }
    known.put(person.id(), new Known(person, now + REMEMBERED_NANOS));
  }

  /** For pages of many: the distinct ids, in order. */
  static Collection<String> distinct(List<String> ids) {
    Map<String, Boolean> seen = new LinkedHashMap<>();
    ids.forEach(id -> seen.put(id, true));
    return seen.keySet();
  }
}
