package io.classbell.schedule.store;

import io.classbell.platform.db.Database;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.schedule.api.ScheduleApi;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All SQL of dead letters. */
public final class DeadLetterStore {
  private static final String COLUMNS =
      "SELECT id, source, address, due_at, attempts, last_error, parked_at FROM dead_letter ";

  private static final int MOST_COUNTED = 1_000;

  private final Database database;

  public DeadLetterStore(Database database) {
    this.database = database;
  }

  /** Returns the newest dead letters, newest first. */
  public List<ScheduleApi.DeadLetter> newest(int limit) {
    return database
        .read()
        .list(
            COLUMNS + "ORDER BY parked_at DESC, id DESC LIMIT ?",
            DeadLetterStore::deadLetter,
            limit);
  }

  /** Returns dead letters older than a place in the list, newest first. */
  public List<ScheduleApi.DeadLetter> olderThan(Instant parkedAt, String id, int limit) {
    return database
        .read()
        .list(
            COLUMNS
                + "WHERE parked_at <= ? AND (parked_at < ? OR id < ?)"
                + " ORDER BY parked_at DESC, id DESC LIMIT ?",
            DeadLetterStore::deadLetter,
            parkedAt,
            parkedAt,
            id,
            limit);
  }

  /** Counts dead letters by address, up to a thousand in total. */
  public Map<String, Long> countByAddress() {
    Map<String, Long> counts = new TreeMap<>();
    database
        .read()
        .list(
            "SELECT address, COUNT(*) AS n FROM"
                + " (SELECT address FROM dead_letter LIMIT ?) d GROUP BY address",
            row -> counts.put(row.getString("address"), row.getLong("n")),
            MOST_COUNTED);
    return counts;
  }

  public ScheduleApi.@Nullable DeadLetter find(String id) {
    return database.read().first(COLUMNS + "WHERE id = ?", DeadLetterStore::deadLetter, id);
  }

  /** Locks a dead letter, so that nobody else can replay it; returns whether it exists. */
  public boolean lock(Tx tx, String id) {
    return tx.first("SELECT id FROM dead_letter WHERE id = ? FOR UPDATE", row -> true, id) != null;
  }

  /**
   * Stores it as a new message without attempts and without its key, which a later message may use
   * by now.
   */
  public void putBack(Tx tx, String id, Instant realNow) {
    tx.write(
        "INSERT INTO scheduled_message (id, due_at, address, body, attempts, leased_until,"
            + " created_at) SELECT id, due_at, address, body, 0, ?, ? FROM dead_letter WHERE id = ?",
        realNow,
        realNow,
        id);
    tx.write("DELETE FROM dead_letter WHERE id = ?", id);
  }

  private static ScheduleApi.DeadLetter deadLetter(Row row) {
    return new ScheduleApi.DeadLetter(
        row.getString("id"),
        row.getString("source"),
        row.getString("address"),
        Sql.instant(row, "due_at"),
        row.getInteger("attempts"),
        row.getString("last_error"),
        Sql.instant(row, "parked_at"));
  }
}
