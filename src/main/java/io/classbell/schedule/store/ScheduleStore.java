package io.classbell.schedule.store;

import io.classbell.platform.bus.Task;
import io.classbell.platform.db.Columns;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Sql;
import io.classbell.schedule.model.LeasedMessage;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All SQL of stored messages. */
public final class ScheduleStore {
  private static final int LONGEST_ERROR = 500;

  /**
   * Sorted like the index, so that the scan ends at the limit; a sort would lock all due messages.
   */
  public static final String CLAIM =
      "SELECT id, address, due_at, attempts, failures, unanswered_since, body"
          + " FROM scheduled_message"
          + " FORCE INDEX (ix_scheduled_message_due)"
          + " WHERE due_at <= ? AND leased_until <= ? AND FIND_IN_SET(address, ?) = 0"
          + " ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED";

  private static final String LEASE =
      "UPDATE scheduled_message SET leased_until = ?, attempts = attempts + 1 WHERE id IN ";
  private static final String DELETE = "DELETE FROM scheduled_message WHERE id IN ";

  private static final Columns SETBACK =
      new Columns()
          .id("id")
          .number("seen")
          .number("attempts")
          .number("failures")
          .instant("unanswered_since")
          .instant("leased_until")
          .text("last_error", LONGEST_ERROR);

  /** Updates only messages that no other node has claimed since. */
  private static final String SET_BACK =
      "UPDATE scheduled_message m JOIN "
          + SETBACK.table()
          + " ON m.id = j.id SET m.attempts = j.attempts, m.failures = j.failures,"
          + " m.unanswered_since = j.unanswered_since, m.leased_until = j.leased_until,"
          + " m.last_error = COALESCE(j.last_error, m.last_error) WHERE m.attempts <= j.seen";

  private final Database database;

  public ScheduleStore(Database database) {
    this.database = database;
  }

  private static final String COUNT_FAILURE =
      "UPDATE scheduled_message SET failures = ? WHERE id = ? AND attempts <= ?";

  /** The new state of a message that will be delivered again. */
  public record Setback(
      LeasedMessage claimed,
      int attempts,
      int failures,
      @Nullable Instant unansweredSince,
      Instant leasedUntil,
      @Nullable String lastError) {}

  /** Leases due messages to the caller, oldest first. */
  public List<LeasedMessage> claim(
      Instant now, Instant realNow, Duration lease, List<String> exceptAddresses, int limit) {
    Instant until = realNow.plus(lease);
    return database.inTransaction(
        tx -> {
          List<LeasedMessage> claimed =
              tx.list(
                  CLAIM,
                  row -> claimed(row, until),
                  now,
                  realNow,
                  String.join(",", exceptAddresses),
                  limit);
          if (!claimed.isEmpty()) {
            List<String> ids = claimed.stream().map(LeasedMessage::id).toList();
            tx.execute(
                LEASE + InList.marks(ids.size()), InList.parameters(List.of(Sql.utc(until)), ids));
          }
          return claimed;
        });
  }

  private static LeasedMessage claimed(Row row, Instant leasedUntil) {
    int attempt = row.getInteger("attempts") + 1;
    Task.Stored message =
        new Task.Stored(
            row.getString("id"),
            row.getString("address"),
            Sql.instant(row, "due_at"),
            attempt,
            row.getString("body"));
    return new LeasedMessage(
        message,
        attempt,
        leasedUntil,
        row.getInteger("failures"),
        Sql.instantOrNull(row, "unanswered_since"),
        false);
  }

  /** Returns when the next message after this instant is due, or null. Platform time. */
  public @Nullable Instant nextDue(Instant after) {
    return database
        .read()
        .first(
            "SELECT due_at FROM scheduled_message WHERE due_at > ? ORDER BY due_at LIMIT 1",
            row -> Sql.instant(row, "due_at"),
            after);
  }

  /** Whether any message is due that is neither waiting for a retry nor done. */
  public boolean isAnythingDue(Instant now, Instant realNow) {
    return database
            .read()
            .first(
                "SELECT 1 AS one FROM scheduled_message WHERE due_at <= ?"
                    + " AND (last_error IS NULL OR leased_until <= ?) LIMIT 1",
                row -> true,
                now,
                realNow)
        != null;
  }

  /** Counts due messages, up to {@code most}. */
  public long countDue(Instant now, int most) {
    Long count =
        database
            .read()
            .first(
                "SELECT COUNT(*) AS n FROM"
                    + " (SELECT 1 FROM scheduled_message WHERE due_at <= ? LIMIT ?) due",
                row -> row.getLong("n"),
                now,
                most);
    return count == null ? 0 : count;
  }

  /** Deletes delivered messages. */
  public void delete(List<String> ids) {
    database.inTransaction(
        tx -> tx.execute(DELETE + InList.marks(ids.size()), InList.parameters(List.of(), ids)));
  }

  public void setBack(List<Setback> setbacks) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Setback s : setbacks) {
      rows.add(
          new @Nullable Object[] {
            s.claimed.id(),
            s.claimed.seen(),
            s.attempts,
            s.failures,
            s.unansweredSince,
            s.leasedUntil,
            s.lastError == null ? null : cut(s.lastError)
          });
    }
    database.inTransaction(tx -> tx.execute(SET_BACK, SETBACK.json(rows)));
  }

  /** Adds a failure to the message; returns whether it exists and is still leased to the caller. */
  public boolean countFailure(LeasedMessage claimed) {
    return database.inTransaction(
        tx -> tx.execute(COUNT_FAILURE, claimed.failures() + 1, claimed.id(), claimed.seen()) == 1);
  }

  /** Moves it to the dead letters; returns whether it existed and no other node has claimed it. */
  public boolean park(LeasedMessage claimed, String error, Instant realNow) {
    return database.inTransaction(
        tx -> {
          String id = claimed.id();
          int attempts = claimed.attempt();
          Boolean ours =
              tx.first(
                  "SELECT 1 AS one FROM scheduled_message WHERE id = ? AND attempts <= ?"
                      + " FOR UPDATE",
                  row -> true,
                  id,
                  claimed.seen());
          if (ours == null) {
            return false;
          }
          tx.execute(
              "INSERT INTO dead_letter (id, source, address, due_at, body, dedup_key, attempts,"
                  + " last_error, parked_at) SELECT id, 'schedule', address, due_at, body,"
                  + " dedup_key, ?, ?, ? FROM scheduled_message WHERE id = ?",
              attempts,
              cut(error),
              realNow,
              id);
          tx.execute("DELETE FROM scheduled_message WHERE id = ?", id);
          return true;
        });
  }

  private static String cut(String error) {
    int end = Math.min(error.length(), LONGEST_ERROR);
    return error.substring(
        0, end > 0 && Character.isHighSurrogate(error.charAt(end - 1)) ? end - 1 : end);
  }
}
