package io.classbell.booking.store;

import io.classbell.booking.model.CalendarEntry;
import io.classbell.platform.db.Sql;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;

/**
 * Reads the classes of calendar feeds. A cancelled class is included while it was cancelled
 * recently, so that calendars remove it.
 */
public final class CalendarStore {
  private static final String OF_STUDENT =
      "SELECT p.id, p.sequence, p.status = 'cancelled' AS cancelled, m.title, p.starts_at,"
          + " p.ends_at, p.created_at, p.updated_at"
          + " FROM meeting_participant p JOIN meeting m ON m.id = p.meeting_id"
          + " WHERE p.student_id = ? AND %s"
          + " AND (p.status IN ('confirmed', 'completed')"
          + "   OR (p.status = 'cancelled' AND p.updated_at >= ?))"
          + " ORDER BY p.starts_at %s, p.id LIMIT ?";

  /** An expired slot did not take place; expiry also increases its sequence number. */
  private static final String OF_TEACHER =
      "SELECT p.id, p.sequence + (p.status = 'expired') AS sequence,"
          + " p.status IN ('cancelled', 'expired') AS cancelled, p.title, p.starts_at,"
          + " p.ends_at, p.created_at, p.updated_at"
          + " FROM meeting p WHERE p.teacher_id = ? AND %s"
          + " AND (p.status NOT IN ('cancelled', 'expired') OR p.updated_at >= ?)"
          + " ORDER BY p.starts_at %s, p.id LIMIT ?";

  private static final String IS_UPCOMING = "p.starts_at >= ?";
  private static final String IS_PAST = "p.starts_at >= ? AND p.starts_at < ?";

  /** A student's bookings, or a teacher's slots. */
  public enum Whose {
    student(OF_STUDENT),
    teacher(OF_TEACHER);

    private final String upcoming;
    private final String past;

    Whose(String sql) {
      upcoming = sql.formatted(IS_UPCOMING, "");
      past = sql.formatted(IS_PAST, "DESC");
    }
  }

  /** Classes that start at {@code now} or later, the nearest first. */
  public List<CalendarEntry> upcoming(
      Sql sql, Whose whose, String userId, Instant now, Instant cancelledSince, int limit) {
    return sql.list(whose.upcoming, CalendarStore::entry, userId, now, cancelledSince, limit);
  }

  /** Classes that started in [from, now), the latest first. */
  public List<CalendarEntry> past(
      Sql sql,
      Whose whose,
      String userId,
      Instant from,
      Instant now,
      Instant cancelledSince,
      int limit) {
    return sql.list(whose.past, CalendarStore::entry, userId, from, now, cancelledSince, limit);
  }

  private static CalendarEntry entry(Row r) {
    return new CalendarEntry(
        r.getString("id"),
        r.getInteger("sequence"),
        r.getInteger("cancelled") == 1,
        r.getString("title"),
        Sql.instant(r, "starts_at"),
        Sql.instant(r, "ends_at"),
        Sql.instant(r, "created_at"),
        Sql.instant(r, "updated_at"));
  }
}
