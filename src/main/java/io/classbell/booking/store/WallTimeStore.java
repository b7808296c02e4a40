package io.classbell.booking.store;

import io.classbell.booking.model.WallTime;
import io.classbell.platform.db.Insert;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of the wall times of slots. */
public final class WallTimeStore {
  private static final Insert WALL_TIMES =
      Insert.into(
          "slot_wall_time", "meeting_id", "timezone", "local_starts_at", "given_as", "zone_rules");

  private static final String NEWEST_RULES = "SELECT MAX(zone_rules) AS newest FROM slot_wall_time";

  public void insert(Tx tx, List<WallTime> times) {
    WALL_TIMES.rows(
        tx,
        times.stream()
            .map(
                t ->
                    new @Nullable Object[] {
                      t.meetingId(), t.timezone(), t.local(), t.givenAs().name(), t.zoneRules()
                    })
            .toList());
  }

  /**
   * Returns the version of the newest time zone rules that any node computed a slot with; null if
   * there is none.
   */
  public @Nullable String newestRules(Sql sql) {
    List<@Nullable String> newest = sql.list(NEWEST_RULES, row -> row.getString("newest"));
    return newest.isEmpty() ? null : newest.getFirst();
  }
}
