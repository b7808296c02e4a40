package io.classbell.booking.audit;

import io.classbell.platform.audit.InvariantCheck;
import java.util.List;

/** Checks that no meeting is oversold and that nobody has overlapping bookings or slots. */
final class SeatChecks {

  static List<InvariantCheck> all() {
    return List.of(
        new InvariantCheck(
            "seats_taken_equals_live_bookings",
            """
            SELECT m.id AS id, CONCAT(m.seats_taken, ' of ', m.capacity) AS a, COALESCE(l.n, 0) AS b
            FROM meeting m LEFT JOIN (
              SELECT x.meeting_id, COUNT(*) AS n FROM (
                SELECT meeting_id FROM meeting_participant WHERE live = 1
                UNION ALL
                SELECT moving_to FROM meeting_participant WHERE moving_to IS NOT NULL
              ) x GROUP BY x.meeting_id
            ) l ON l.meeting_id = m.id
            WHERE m.seats_taken <> COALESCE(l.n, 0) OR m.seats_taken > m.capacity
            """,
            "Meeting %s: %s seats are taken, its live bookings are %s."),
        new InvariantCheck(
            "live_marks_match_the_status",
            """
            SELECT id AS id, status AS a, live AS b FROM meeting_participant
            WHERE COALESCE(live, 0) <> (status IN ('pending', 'confirmed', 'completed'))
            """,
            "Booking %s is %s, its live mark is %s."),
        new InvariantCheck(
            "one_live_booking_per_student_and_meeting",
            """
            SELECT meeting_id AS id, student_id AS a, COUNT(*) AS b FROM meeting_participant
            WHERE live = 1 GROUP BY meeting_id, student_id HAVING COUNT(*) > 1
            """,
            "Meeting %s: student %s has %s live bookings."),
        new InvariantCheck(
            "no_overlapping_bookings",
            """
            SELECT o.id AS id, o.student_id AS a, o.busy_until AS b FROM (
              SELECT id, student_id, starts_at, MAX(ends_at) OVER (
                PARTITION BY student_id ORDER BY starts_at, id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
              FROM meeting_participant WHERE live = 1
            ) o WHERE o.busy_until > o.starts_at
            """,
            "Booking %s of student %s starts before another ends at %s."),
        new InvariantCheck(
            "no_overlapping_slots",
            """
            SELECT o.id AS id, o.teacher_id AS a, o.busy_until AS b FROM (
              SELECT id, teacher_id, starts_at, MAX(ends_at) OVER (
                PARTITION BY teacher_id ORDER BY starts_at, id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
              FROM meeting WHERE status IN ('scheduled', 'open', 'closed')
            ) o WHERE o.busy_until > o.starts_at
            """,
            "Slot %s of teacher %s starts before another ends at %s."),
        new InvariantCheck(
            "bookings_know_their_meetings_time",
            """
            SELECT p.id AS id, p.starts_at AS a, COALESCE(m.starts_at, 'no meeting') AS b
            FROM meeting_participant p LEFT JOIN meeting m ON m.id = p.meeting_id
            WHERE m.id IS NULL OR p.starts_at <> m.starts_at OR p.ends_at <> m.ends_at
              OR p.teacher_id <> m.teacher_id
            """,
            "Booking %s is at %s, its meeting at %s, or with another teacher."));
  }

  private SeatChecks() {}
}
