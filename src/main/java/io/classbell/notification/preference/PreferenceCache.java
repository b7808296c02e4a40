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
 * Caches contact preferences of users for up to a minute. A change is announced to all nodes, which
 * then drop the entry. Confined to one verticle's context.
 */
public final class PreferenceCache {
  private static final Event<Changed> CHANGED =
      Event.of("notification.reach-changed", Changed.class);
  private static final long LIFE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final int MOST_HELD = 20_000;

  /** Event that makes every node drop the user's entry. */
  record Changed(String userId) {}

  private record Held(ContactPreferences preferences, long until) {}

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

  /** Subscribes to changes on the current context. */
  public Future<Void> start() {
    return bus.on(CHANGED, changed -> drop(changed.userId));
  }

  /** Drops the user's entry on every node. */
  void changed(String userId) {
    drop(userId);
    bus.publish(CHANGED, new Changed(userId));
  }

  /** Returns the preferences of these users, from the database if they are not cached. */
  public Map<String, ContactPreferences> of(Collection<String> userIds) {
    long now = System.nanoTime();
    Map<String, ContactPreferences> known = new HashMap<>();
    List<String> missing = new ArrayList<>();
    for (String id : userIds) {
      Held h = held.get(id);
      if (h != null && h.until - now > 0) {
        known.put(id, h.preferences);
      } else {
        missing.add(id);
      }
    }
    if (!missing.isEmpty()) {
      long changesBefore = changes;
      Map<String, ContactPreferences> read = store.of(database.read(), missing);
      known.putAll(read);
      // If a preference changed during the query, the result may be outdated and is not cached.
      if (changes == changesBefore) {
        read.forEach((id, preferences) -> cache(id, preferences, now + LIFE_NANOS));
      }
    }
    return known;
  }

  private void cache(String id, ContactPreferences preferences, long until) {
    held.put(id, new Held(preferences, until));
    if (held.size() > MOST_HELD) {
      held.pollFirstEntry();
    }
  }

  private void drop(String id) {
    changes++;
    held.remove(id);
  }
}
