package io.classbell.booking.slot;

import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.ProfileCache;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.store.BookingStores;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.db.Sql;
import io.classbell.platform.log.LogThrottle;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which teachers may not offer slots, because their accounts are disabled or no longer a teacher's.
 * A change on the database is seen within a minute (see {@link ProfileCache}). While the account
 * module does not answer, every teacher may: no booking fails for that reason.
 */
public final class Teachers {
  private static final Logger LOG = LoggerFactory.getLogger(Teachers.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MOST_SLOTS = 20_000;

  private final ProfileCache people;
  private final BookingStores stores;
  private final LogThrottle sayThatUnknown = new LogThrottle(Duration.ofSeconds(10));

  /** The teacher of a slot never changes, so a slot's row is read for that only once. */
  private final Map<String, String> bySlot =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST_SLOTS;
        }
      };

  public Teachers(Bus bus, BookingStores stores) {
    this.people = new ProfileCache(bus, PATIENCE);
    this.stores = stores;
  }

  /** Begins to hear of changes, on the current context; to be called once. */
  public Future<Void> start() {
    return people.start();
  }

  /** Those of these teachers who may not offer slots. */
  public Future<Set<String>> barredAmong(Collection<String> teacherIds) {
    if (teacherIds.isEmpty()) {
      return Future.succeededFuture(Set.of());
    }
    return people
        .findByIds(Set.copyOf(teacherIds))
        .map(
            found ->
                found.values().stream()
                    .filter(person -> !mayOffer(person))
                    .map(Person::id)
                    .collect(Collectors.toUnmodifiableSet()))
        .recover(
            unknown -> {
              if (sayThatUnknown.isDue()) {
                LOG.warn("Disabled teachers are not known: {}", unknown.getMessage());
              }
              return Future.succeededFuture(Set.of());
            });
  }

  /** Whether this teacher may not offer slots; on a virtual thread. */
  public boolean isBarred(String teacherId) {
    return !barredAmong(List.of(teacherId)).await().isEmpty();
  }

  /** Whether the slot's teacher may offer it; also true where there is no such slot. */
  public boolean isOffered(Sql sql, String slotId) {
    String teacherId = teacherOf(sql, slotId);
    return teacherId == null || !isBarred(teacherId);
  }

  private @Nullable String teacherOf(Sql sql, String slotId) {
    synchronized (bySlot) {
      String known = bySlot.get(slotId);
      if (known != null) {
        return known;
      }
    }
    Meeting slot = stores.meetings().byId(sql, slotId);
    if (slot == null) {
      return null;
    }
    synchronized (bySlot) {
      bySlot.put(slotId, slot.teacherId());
    }
    return slot.teacherId();
  }

  private static boolean mayOffer(Person person) {
    return person.active() && person.role() == Role.teacher;
  }
}
