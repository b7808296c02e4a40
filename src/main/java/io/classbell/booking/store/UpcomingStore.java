package io.classbell.booking.store;

import io.classbell.booking.api.BookingApi.DepartingClass;
import io.classbell.booking.model.Booking;
import io.classbell.platform.db.Sql;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;

/** The SQL of what a user still has to do: a teacher's live classes and a student's bookings. */
public final class UpcomingStore {
  private static final String CLASSES =
      "SELECT m.id, m.title, m.starts_at, m.status, COUNT(p.id) AS bookings,"
          + " CAST(COALESCE(SUM(p.price), 0) AS SIGNED) AS refund"
          + " FROM meeting m LEFT JOIN meeting_participant p ON p.meeting_id = m.id"
          + " AND p.live = 1 AND p.status IN ('pending', 'confirmed')"
          + " WHERE m.teacher_id = ? AND m.status IN ('scheduled', 'open') AND m.ends_at > ?"
          + " AND (m.starts_at > ? OR (m.starts_at = ? AND m.id > ?))"
          + " GROUP BY m.id, m.title, m.starts_at, m.status ORDER BY m.starts_at, m.id LIMIT ?";

  private static final String BOOKINGS =
      "SELECT "
          + ParticipantStore.COLUMNS
          + " FROM meeting_participant WHERE student_id = ? AND live = 1"
          + " AND status IN ('pending', 'confirmed') AND starts_at > ?"
          + " ORDER BY starts_at, id LIMIT ?";

  /**
   * Returns a teacher's classes that can still be cancelled, earliest first.
   *
   * @param after start of the last class of the previous page, and its id
   */
  public List<DepartingClass> classesOf(
      Sql sql, String teacherId, Instant now, Instant after, String afterId, int limit) {
    return sql.list(CLASSES, UpcomingStore::row, teacherId, now, after, after, afterId, limit);
  }

  /** Returns a student's bookings of classes that start after an instant, earliest first. */
  public List<Booking> bookingsOf(Sql sql, String studentId, Instant after, int limit) {
    return sql.list(BOOKINGS, ParticipantStore::row, studentId, after, limit);
  }

  private static DepartingClass row(Row row) {
    return new DepartingClass(
        row.getString("id"),
        row.getString("title"),
        Sql.instant(row, "starts_at"),
        row.getString("status"),
        row.getInteger("bookings"),
        row.getLong("refund"));
  }
}
