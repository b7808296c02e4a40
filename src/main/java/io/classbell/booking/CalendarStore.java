package io.classbell.booking;

import io.classbell.platform.db.Sql;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;

/** What stands in people's calendars. */
final class CalendarStore {
  private static final int MOST = 2_000;

  private static final String OF_STUDENT =
      "SELECT p.id, p.sequence, p.status = 'cancelled' AS cancelled, m.title, p.starts_at,"
          + " p.ends_at, p.created_at, p.updated_at"
          + " FROM meeting_participant p JOIN meeting m ON m.id = p.meeting_id"
          + " WHERE p.student_id = ? AND p.starts_at >= ?"
          + " AND (p.status IN ('confirmed', 'completed')"
          + "   OR (p.status = 'cancelled' AND p.updated_at >= ?))"
          + " ORDER BY p.starts_at, p.id LIMIT "
          + MOST;

  /** A slot that nobody booked did not take place; that counts as a change, too. */
  private static final String OF_TEACHER =
      "SELECT id, sequence + (status = 'expired') AS sequence,"
          + " status IN ('cancelled', 'expired') AS cancelled, title, starts_at,"
          + " ends_at, created_at, updated_at"
          + " FROM meeting WHERE teacher_id = ? AND starts_at >= ?"
          + " AND (status NOT IN ('cancelled', 'expired') OR updated_at >= ?)"
          + " ORDER BY starts_at, id LIMIT "
          + MOST;

  /** A student's bookings that start after {@code from}; cancelled ones since {@code since}. */
  List<CalendarEntry> ofStudent(Sql sql, String studentId, Instant from, Instant since) {
    return sql.list(OF_STUDENT, CalendarStore::entry, studentId, from, since);
  }

  /** A teacher's slots, likewise. */
  List<CalendarEntry> ofTeacher(Sql sql, String teacherId, Instant from, Instant since) {
    return sql.list(OF_TEACHER, CalendarStore::entry, teacherId, from, since);
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
