package io.classbell.booking.store;

import io.classbell.platform.db.InList;
import io.classbell.platform.db.Insert;
import io.classbell.platform.db.Tx;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lock rows that serialize a person's schedule: while the row is locked, no other transaction
 * decides about that person's overlaps. Locked before meetings, which are locked before bookings.
 */
public final class AgendaStore {
  private static final String LOCK =
      "SELECT user_id FROM agenda FORCE INDEX (PRIMARY) WHERE user_id IN %s ORDER BY user_id FOR UPDATE";

  /** Inserts missing rows, and locks rows that another transaction inserted meanwhile. */
  private static final Insert CREATE = Insert.into("agenda", "user_id").orUpdate("user_id");

  /** Locks these people's rows in id order and creates missing ones. */
  public void lock(Tx tx, Collection<String> userIds) {
    Set<String> missing = new HashSet<>(userIds);
    if (missing.isEmpty()) {
      return;
    }
    String sql = LOCK.formatted(InList.marks(missing.size()));
    tx.list(sql, r -> r.getString("user_id"), InList.parameters(List.of(), missing))
        .forEach(missing::remove);
    if (!missing.isEmpty()) {
      List<@Nullable Object[]> rows =
          missing.stream().sorted().map(id -> new @Nullable Object[] {id}).toList();
      CREATE.rows(tx, rows);
    }
  }
}
