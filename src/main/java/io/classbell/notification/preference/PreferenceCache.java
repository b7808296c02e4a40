package io.classbell.notification.preference;

import io.classbell.notification.model.ContactPreferences;
import io.classbell.notification.store.PreferenceStore;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Event;
import io.classbell.platform.db.Database;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How people can be reached, held for a minute at most; a change is dropped at once on every node
 * that hears of it. Belongs to one verticle's context.
 */
public final class PreferenceCache {
  private static final Event<Changed> CHANGED =
      Event.of("notification.reach-changed", Changed.class);
  private static final long LIFE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final int MOST_HELD = 20_000;

  /** Said to every node's book. */
  record Changed(String userId) {}

  private record Held(ContactPreferences reach, long until) {}

  private final Bus bus;
  private final Database database;
  private final PreferenceStore store;
  private final LinkedHashMap<String, Held> held = new LinkedHashMap<>(16, 0.75f, true);
  private long changes;

  public PreferenceCache(Bus bus, Database database, PreferenceStore store) {
    this.bus = bus;
    this.database = database;
    this.store = store;
  }

  /** Begins to hear of changes, on the current context. */
  public Future<Void> start() {
    return bus.on(CHANGED, changed -> drop(changed.userId));
  }

  /** Tells every node that this user is to be read again. */
  void changed(String userId) {
    drop(userId);
    bus.publish(CHANGED, new Changed(userId));
  }

  /** Of all these users. */
  public Map<String, ContactPreferences> of(Collection<String> userIds) {
    long now = System.nanoTime();
    Map<String, ContactPreferences> known = new HashMap<>();
    List<String> missing = new ArrayList<>();
    for (String id : userIds) {
      Held h = held.get(id);
      if (h != null && h.until - now > 0) {
        known.put(id, h.reach);
      } else {
        missing.add(id);
      }
    }
    if (!missing.isEmpty()) {
      long changesBefore = changes;
      Map<String, ContactPreferences> read = store.of(database.read(), missing);
      known.putAll(read);
      // What was read before a change may be what it was before: it is not held.
      if (changes == changesBefore) {
        read.forEach((id, reach) -> hold(id, reach, now + LIFE_NANOS));
      }
    }
    return known;
  }

  private void hold(String id, ContactPreferences reach, long until) {
    held.put(id, new Held(reach, until));
    if (held.size() > MOST_HELD) {
      held.pollFirstEntry();
    }
  }

  private void drop(String id) {
    changes++;
    held.remove(id);
  }
}
