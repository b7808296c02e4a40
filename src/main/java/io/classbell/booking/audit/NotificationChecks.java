package io.classbell.booking.audit;

import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.event.MeetingEvents;
import io.classbell.platform.audit.InvariantCheck;
import java.util.List;

/**
 * Checks that every event that users must be notified of has its notification; the events are those
 * of {@link BookingEvents} and {@link MeetingEvents}. The table's unique key ensures at most one
 * per recipient.
 */
final class NotificationChecks {
  private static final String MISSING =
      """
      SELECT x.thing AS id, x.cause AS a, x.user_id AS b FROM (
      %s
      ) x JOIN user_account u ON u.id = x.user_id
      LEFT JOIN notification n ON n.user_id = x.user_id AND n.cause = x.cause
      WHERE n.user_id IS NULL
      """;

  /** Events of bookings; {@code %1$s}: older than this. */
  private static final String OF_BOOKINGS =
      """
      SELECT id AS thing, student_id AS user_id, CONCAT('booking_confirmed:', id) AS cause
      FROM meeting_participant WHERE status IN ('confirmed', 'completed') AND updated_at < %1$s
      UNION ALL
      SELECT id, teacher_id, CONCAT('booking_confirmed:', id)
      FROM meeting_participant
      WHERE status IN ('confirmed', 'completed') AND move IS NULL AND updated_at < %1$s
      UNION ALL
      SELECT id, student_id, CONCAT('booking_rejected:', id)
      FROM meeting_participant WHERE status = 'rejected' AND updated_at < %1$s
      UNION ALL
      SELECT id, student_id, CONCAT('booking_cancelled:', id)
      FROM meeting_participant
      WHERE status = 'cancelled' AND cancelled_by IN ('student', 'platform') AND updated_at < %1$s
      UNION ALL
      SELECT id, student_id, CONCAT('refund_issued:', id)
      FROM meeting_participant
      WHERE money = 'settled' AND updated_at < %1$s
        AND CAST(JSON_EXTRACT(settlement, '$.student') AS SIGNED) > 0
      UNION ALL
      SELECT id, teacher_id, CONCAT('credits_received:', id)
      FROM meeting_participant
      WHERE money = 'settled' AND updated_at < %1$s
        AND CAST(JSON_EXTRACT(settlement, '$.teacher') AS SIGNED) > 0
      """;

  private static final String OF_MEETINGS =
      """
      SELECT p.id AS thing, p.student_id AS user_id, CONCAT('meeting_opened:', m.id) AS cause
      FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id
      WHERE m.status IN ('open', 'closed') AND p.status IN ('confirmed', 'completed')
        AND m.updated_at < %1$s AND p.updated_at < %1$s
      UNION ALL
      SELECT p.id, p.student_id, CONCAT('meeting_closed:', m.id)
      FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id
      WHERE m.status = 'closed' AND p.status = 'completed' AND m.updated_at < %1$s
      UNION ALL
      SELECT id, teacher_id, CONCAT('meeting_opened:', id)
      FROM meeting WHERE status = 'closed' AND updated_at < %1$s
      UNION ALL
      SELECT id, teacher_id, CONCAT('meeting_closed:', id)
      FROM meeting WHERE status = 'closed' AND updated_at < %1$s
      UNION ALL
      SELECT id, teacher_id, CONCAT('review_decided:', id)
      FROM meeting WHERE review_state = 'decided' AND updated_at < %1$s
      UNION ALL
      SELECT id, student_id, CONCAT('dispute_opened:', id) FROM dispute WHERE updated_at < %1$s
      UNION ALL
      SELECT id, teacher_id, CONCAT('dispute_opened:', id) FROM dispute WHERE updated_at < %1$s
      UNION ALL
      SELECT id, student_id, CONCAT('dispute_decided:', id)
      FROM dispute WHERE outcome IS NOT NULL AND updated_at < %1$s
      UNION ALL
      SELECT id, teacher_id, CONCAT('dispute_decided:', id)
      FROM dispute WHERE outcome IS NOT NULL AND updated_at < %1$s
      UNION ALL
      SELECT p.id, p.student_id, CONCAT('meeting_cancelled:', m.id)
      FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id
      WHERE m.status = 'cancelled' AND p.status = 'cancelled' AND p.cancelled_by IN ('teacher', 'admin')
        AND p.updated_at < %1$s
      """;

  static List<InvariantCheck> all(String old) {
    return List.of(
        new InvariantCheck(
            "bookings_have_their_notifications",
            MISSING.formatted(OF_BOOKINGS.formatted(old)),
            "Booking %s: %s was not told to user %s."),
        new InvariantCheck(
            "meetings_have_their_notifications",
            MISSING.formatted(OF_MEETINGS.formatted(old)),
            "Meeting or booking %s: %s was not told to user %s."),
        new InvariantCheck(
            "notification_seq_has_no_gap",
            """
            SELECT i.user_id AS id, i.last_seq AS a, COALESCE(n.n, 0) AS b
            FROM inbox i LEFT JOIN (
              SELECT user_id, COUNT(*) AS n FROM notification GROUP BY user_id
            ) n ON n.user_id = i.user_id
            WHERE i.last_seq <> COALESCE(n.n, 0)
            """,
            "Inbox %s: its last seq is %s, its notifications are %s."));
  }

  private NotificationChecks() {}
}
