package io.classbell.booking.store;

import io.classbell.platform.db.Sql;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the bookings whose credits are in escrow. */
public final class StandingStore {
  private static final String DISPUTE =
      " LEFT JOIN dispute d ON d.booking_id = p.id AND d.status IN ('open', 'answered',"
          + " 'escalated')";

  private static final String OF_STUDENT =
      "SELECT p.id AS booking_id, m.id AS meeting_id, m.title, m.starts_at, m.ends_at, m.status,"
          + " m.closed_at, m.review_state, p.money, d.id AS dispute_id,"
          + " CASE d.status WHEN 'open' THEN d.answer_until END AS answer_until,"
          + " p.price AS price, p.price AS amount, 1 AS bookings"
          + " FROM meeting_participant p JOIN meeting m ON m.id = p.meeting_id"
          + DISPUTE
          + " WHERE p.student_id = ? AND p.money IN ('held', 'settling', 'voiding')"
          + " ORDER BY m.ends_at, p.id";

  /** One row for each class and state; the fee is rounded down, as in every settlement. */
  private static final String OF_TEACHER =
      "SELECT NULL AS booking_id, m.id AS meeting_id, m.title, m.starts_at, m.ends_at, m.status,"
          + " m.closed_at, m.review_state, p.money, MIN(d.id) AS dispute_id,"
          + " MIN(CASE d.status WHEN 'open' THEN d.answer_until END) AS answer_until,"
          + " CAST(SUM(p.price) AS SIGNED) AS price,"
          + " CAST(SUM(p.price - p.price * CAST(JSON_EXTRACT(p.policy, '$.feePercent') AS SIGNED)"
          + " DIV 100) AS SIGNED) AS amount, COUNT(*) AS bookings"
          + " FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id"
          + DISPUTE
          + " WHERE m.teacher_id = ? AND p.money = 'held'"
          + " GROUP BY m.id, m.title, m.starts_at, m.ends_at, m.status, m.closed_at,"
          + " m.review_state, p.money, d.id IS NOT NULL ORDER BY m.ends_at, m.id";

  /** Credits in escrow: of one booking, or of the bookings of a class in the same state. */
  public record InEscrow(
      @Nullable String bookingId,
      String meetingId,
      String title,
      Instant startsAt,
      Instant endsAt,
      String status,
      @Nullable Instant closedAt,
      String reviewState,
      String money,
      boolean isDisputed,
      @Nullable Instant answerUntil,
      long price,
      long amount,
      long bookings) {}

  public List<InEscrow> ofStudent(Sql sql, String studentId) {
    return sql.list(OF_STUDENT, StandingStore::row, studentId);
  }

  public List<InEscrow> ofTeacher(Sql sql, String teacherId) {
    return sql.list(OF_TEACHER, StandingStore::row, teacherId);
  }

  private static InEscrow row(Row r) {
    return new InEscrow(
        r.getString("booking_id"),
        r.getString("meeting_id"),
        r.getString("title"),
        Sql.instant(r, "starts_at"),
        Sql.instant(r, "ends_at"),
        r.getString("status"),
        Sql.instantOrNull(r, "closed_at"),
        r.getString("review_state"),
        r.getString("money"),
        r.getString("dispute_id") != null,
        Sql.instantOrNull(r, "answer_until"),
        r.getLong("price"),
        r.getLong("amount"),
        r.getLong("bookings"));
  }
}
