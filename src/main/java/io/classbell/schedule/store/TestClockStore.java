package io.classbell.schedule.store;

import io.classbell.platform.Ids;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.Sql;
import io.classbell.platform.failure.RejectedException;
import io.classbell.schedule.api.ScheduleApi;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All SQL of the test clock: one row, moved by one node at a time. */
public final class TestClockStore {
  private final Database database;
  private final Duration silence;

  /**
   * @param silence time after which a silent mover counts as dead
   */
  public TestClockStore(Database database, Duration silence) {
    this.database = database;
    this.silence = silence;
  }

  /**
   * Limit of the test clock's lead over real time. The database rejects times beyond the year 9999,
   * and the clock never goes back.
   */
  public static final Duration MOST_AHEAD = Duration.ofDays(3660);

  /**
   * A move in progress. {@code mover} is new for each, so that an outdated mover cannot end
   * another's move.
   */
  public record Move(String mover, long offsetMillis, long targetOffsetMillis) {}

  private record Row(
      long offsetMillis,
      long targetOffsetMillis,
      @Nullable String commandId,
      @Nullable Instant moverUntil) {}

  /**
   * Begins a move, or continues the one that this command began; null while another is in progress.
   *
   * @throws RejectedException {@link ScheduleApi#INVALID_FIELD} if it would exceed the limit
   */
  public @Nullable Move begin(String commandId, long advanceMillis, Instant realNow) {
    return database.inTransaction(
        tx -> {
          Row row =
              Objects.requireNonNull(
                  tx.first(
                      "SELECT test_offset_ms, target_offset_ms, command_id, mover_until"
                          + " FROM platform_clock WHERE id = 1 FOR UPDATE",
                      r ->
                          new Row(
                              r.getLong("test_offset_ms"),
                              r.getLong("target_offset_ms"),
                              r.getString("command_id"),
                              Sql.instantOrNull(r, "mover_until"))));
          if (row.moverUntil != null && row.moverUntil.isAfter(realNow)) {
            return null;
          }
          long target =
              commandId.equals(row.commandId)
                  ? row.targetOffsetMillis
                  : Math.addExact(
                      Math.max(row.offsetMillis, row.targetOffsetMillis), advanceMillis);
          if (!commandId.equals(row.commandId) && target > MOST_AHEAD.toMillis()) {
            throw tooFarAhead();
          }
          String mover = Ids.next();
          tx.execute(
              "UPDATE platform_clock SET target_offset_ms = ?, command_id = ?, mover = ?,"
                  + " mover_until = ? WHERE id = 1",
              target,
              commandId,
              mover,
              realNow.plus(silence));
          return new Move(mover, row.offsetMillis, target);
        });
  }

  private static RejectedException tooFarAhead() {
    String sentence =
        "The test clock can be at most %d days ahead of real time.".formatted(MOST_AHEAD.toDays());
    return new RejectedException(
        ScheduleApi.INVALID_FIELD.fields(
            List.of(FieldRules.outOfRange("advance", sentence, null, MOST_AHEAD.toString()))));
  }

  /** Stores the offset, which never decreases. Returns whether this mover still owns the move. */
  public boolean moveTo(Move move, long offsetMillis, Instant realNow) {
    return database.inTransaction(
        tx ->
            tx.execute(
                    "UPDATE platform_clock SET test_offset_ms = GREATEST(test_offset_ms, ?),"
                        + " mover_until = ? WHERE id = 1 AND mover = ?",
                    offsetMillis,
                    realNow.plus(silence),
                    move.mover)
                == 1);
  }

  /** Whether the clock of any live node is behind the offset. */
  public boolean isAnyBehind(long offsetMillis, Instant aliveSince) {
    return database
            .read()
            .first(
                "SELECT 1 AS one FROM platform_clock_node WHERE seen_at > ? AND offset_ms < ?"
                    + " LIMIT 1",
                row -> true,
                aliveSince,
                offsetMillis)
        != null;
  }

  public void end(Move move) {
    database.inTransaction(
        tx ->
            tx.execute(
                "UPDATE platform_clock SET mover_until = NULL WHERE id = 1 AND mover = ?",
                move.mover));
  }
}
