package io.classbell.booking.store;

import io.classbell.booking.api.MeetingApi.CreateSeries;
import io.classbell.booking.api.MeetingApi.Series;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.platform.json.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Series commands and their first answers. */
public final class SeriesStore {

  /**
   * A series command and its answer; a repeated command gets the same answer, and a different
   * command with the same id is detected.
   */
  public record Answered(CreateSeries command, Series answer) {}

  private static final String INSERT =
      "INSERT INTO slot_series"
          + " (id, teacher_id, rrule, first_starts_at, timezone, answer, created_at)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?)";

  private static final String BY_ID = "SELECT answer FROM slot_series WHERE id = ?";

  public @Nullable Answered byId(Sql sql, String id) {
    return sql.first(BY_ID, r -> Json.read(r.getString("answer"), Answered.class), id);
  }

  public void insert(Tx tx, Answered series, Instant now) {
    CreateSeries command = series.command;
    tx.write(
        INSERT,
        command.commandId(),
        command.teacherId(),
        command.rrule(),
        command.firstStartsAt(),
        command.timezone(),
        Json.write(series),
        now);
  }
}
