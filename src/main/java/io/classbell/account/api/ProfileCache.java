package io.classbell.account.api;

import io.classbell.account.api.AccountApi.PeopleByIds;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Caches profiles of users for other modules. Loads missing profiles from the account module in
 * batches and keeps them for up to a minute. A {@link AccountApi#PERSON_CHANGED} event removes a
 * profile at once. Thread-safe; create one per verticle or node.
 */
public final class ProfileCache {
  private static final long LIFE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final int MOST_HELD = 20_000;
  private static final int MOST_PER_REQUEST = 1_000;

  private record Held(Person person, long until) {}

  private final Bus bus;
  private final Duration patience;
  private final LongSupplier nanos;
  private final int mostHeld;
  private final LinkedHashMap<String, Held> held;
  private long changes;

  public ProfileCache(Bus bus) {
    this(bus, Bus.DEFAULT_TIMEOUT);
  }

  /**
   * @param patience how long to wait for the account module
   */
  public ProfileCache(Bus bus, Duration patience) {
    this(bus, patience, System::nanoTime, MOST_HELD);
  }

  ProfileCache(Bus bus, LongSupplier nanos, int mostHeld) {
    this(bus, Bus.DEFAULT_TIMEOUT, nanos, mostHeld);
  }

  private ProfileCache(Bus bus, Duration patience, LongSupplier nanos, int mostHeld) {
    this.bus = bus;
    this.patience = patience;
    this.nanos = nanos;
    this.mostHeld = mostHeld;
    this.held = new LinkedHashMap<>(16, 0.75f, true);
  }

  /** Subscribes to changes on the current context. Call once, in a verticle's start. */
  public Future<Void> start() {
    return bus.on(AccountApi.PERSON_CHANGED, changed -> drop(changed.userId()));
  }

  /**
   * Returns profiles by id, on a virtual thread; unknown ids are left out.
   *
   * @throws io.classbell.platform.bus.Refused if the account module rejects the request
   * @throws io.classbell.platform.bus.OutcomeUnknown if it does not reply
   */
  public Map<String, Person> byIds(Collection<String> ids) {
    Map<String, Person> known = new HashMap<>();
    Set<String> missing = lookUp(ids, known);
    return missing.isEmpty() ? known : load(missing, known).await();
  }

  /** Returns one profile, on a virtual thread, or null if the user does not exist. */
  public @Nullable Person byId(String id) {
    return byIds(List.of(id)).get(id);
  }

  /** Returns profiles by id, for event loops; unknown ids are left out. */
  public Future<Map<String, Person>> findByIds(Collection<String> ids) {
    Map<String, Person> known = new HashMap<>();
    Set<String> missing = lookUp(ids, known);
    return missing.isEmpty() ? Future.succeededFuture(known) : load(missing, known);
  }

  private Future<Map<String, Person>> load(Set<String> missing, Map<String, Person> known) {
    long changesBefore = changes();
    List<String> ids = new ArrayList<>(missing);
    List<Future<AccountApi.People>> answers = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += MOST_PER_REQUEST) {
      int to = Math.min(ids.size(), from + MOST_PER_REQUEST);
      answers.add(bus.ask(AccountApi.PEOPLE, new PeopleByIds(ids.subList(from, to)), patience));
    }
    return Future.all(answers)
        .map(
            all -> {
              for (Future<AccountApi.People> answer : answers) {
                cache(answer.result().people(), changesBefore);
                answer.result().people().forEach(person -> known.put(person.id(), person));
              }
              return known;
            });
  }

  private synchronized long changes() {
    return changes;
  }

  private synchronized Set<String> lookUp(Collection<String> ids, Map<String, Person> known) {
    long now = nanos.getAsLong();
    Set<String> missing = new LinkedHashSet<>();
    for (String id : ids) {
      Held h = held.get(id);
      if (h != null && h.until - now > 0) {
        known.put(id, h.person);
      } else {
        missing.add(id);
      }
    }
    return missing;
  }

  /**
   * Caches loaded profiles, unless a profile changed since the load began: the result may then be
   * outdated.
   */
  private synchronized void cache(List<Person> people, long changesBefore) {
    if (changes != changesBefore) {
      return;
    }
    long until = nanos.getAsLong() + LIFE_NANOS;
    for (Person person : people) {
      held.put(person.id(), new Held(person, until));
      if (held.size() > mostHeld) {
        held.pollFirstEntry();
      }
    }
  }

  private synchronized void drop(String id) {
    changes++;
    held.remove(id);
  }
}
