package io.classbell.booking.audit;

import io.classbell.booking.model.WallTime;
import io.classbell.platform.db.Sql;
import io.classbell.platform.zones.TimeZoneRules;
import io.vertx.sqlclient.Row;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Finds upcoming slots that start at another wall time than their teacher chose, because the rules
 * of the time zone have changed since. Changes nothing.
 */
public final class ZoneRulesAudit {
  private static final int PAGE = 1_000;

  private static final String NOW =
      "SELECT UTC_TIMESTAMP(3) + INTERVAL (test_offset_ms * 1000) MICROSECOND AS t"
          + " FROM platform_clock WHERE id = 1";

  private static final String OTHER_RULES =
      "SELECT w.meeting_id, w.timezone, w.local_starts_at, w.given_as, w.zone_rules,"
          + " m.starts_at, m.teacher_id, m.seats_taken"
          + " FROM slot_wall_time w JOIN meeting m ON m.id = w.meeting_id"
          + " WHERE w.meeting_id > ? AND w.zone_rules <> ?"
          + " AND m.status = 'scheduled' AND m.starts_at > ?"
          + " ORDER BY w.meeting_id LIMIT "
          + PAGE;

  private static final String WITHOUT =
      "SELECT COUNT(*) AS n FROM meeting m LEFT JOIN slot_wall_time w ON w.meeting_id = m.id"
          + " WHERE m.status = 'scheduled' AND m.starts_at > ? AND w.meeting_id IS NULL";

  /**
   * A slot whose wall time has changed.
   *
   * @param local the wall time that was chosen
   * @param startsAt when the slot starts
   * @param wouldStartAt when it would start to keep its wall time
   * @param zoneRules the version of the rules by which it was created
   */
  public record Affected(
      String meetingId,
      String teacherId,
      int seatsTaken,
      String timezone,
      LocalDateTime local,
      Instant startsAt,
      Instant wouldStartAt,
      String zoneRules) {}

  /**
   * The result of the comparison.
   *
   * @param unknown upcoming slots whose wall time was not recorded: older releases did not
   */
  public record Result(List<Affected> affected, long unknown) {}

  private record Slot(WallTime time, Instant startsAt, String teacherId, int seatsTaken) {}

  /** Compares the upcoming slots with the time zone rules that this process uses. */
  public static Result find(Sql sql) {
    Instant now = Objects.requireNonNull(sql.first(NOW, r -> Sql.instant(r, "t")));
    return find(sql, now);
  }

  public static Result find(Sql sql, Instant now) {
    String version = TimeZoneRules.current().version();
    List<Affected> affected = new ArrayList<>();
    String after = "";
    List<Slot> page;
    do {
      page = sql.list(OTHER_RULES, ZoneRulesAudit::slot, after, version, now);
      for (Slot slot : page) {
        after = slot.time.meetingId();
        addIfAffected(affected, slot);
      }
    } while (page.size() == PAGE);
    Long unknown = sql.first(WITHOUT, r -> r.getLong("n"), now);
    return new Result(affected, unknown == null ? 0 : unknown);
  }

  private static void addIfAffected(List<Affected> affected, Slot slot) {
    ZoneId zone;
    try {
      zone = ZoneId.of(slot.time.timezone());
    } catch (DateTimeException unknownToTheseRules) {
      return;
    }
    if (!slot.time.holdsFor(slot.startsAt, zone)) {
      affected.add(
          new Affected(
              slot.time.meetingId(),
              slot.teacherId,
              slot.seatsTaken,
              slot.time.timezone(),
              slot.time.local(),
              slot.startsAt,
              slot.time.startsAt(zone),
              slot.time.zoneRules()));
    }
  }

  private static Slot slot(Row r) {
    WallTime time =
        new WallTime(
            r.getString("meeting_id"),
            r.getString("timezone"),
            r.getLocalDateTime("local_starts_at"),
            WallTime.GivenAs.valueOf(r.getString("given_as")),
            r.getString("zone_rules"));
    return new Slot(
        time, Sql.instant(r, "starts_at"), r.getString("teacher_id"), r.getInteger("seats_taken"));
  }

  private ZoneRulesAudit() {}
}
