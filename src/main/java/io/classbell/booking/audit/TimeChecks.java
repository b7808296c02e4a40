package io.classbell.booking.audit;

import io.classbell.platform.audit.InvariantCheck;
import java.util.List;

/**
 * Checks that due transitions have happened, once and in order, and that nothing stays in progress
 * too long.
 */
final class TimeChecks {

  /**
   * Finds the next milestone by the body of messages, because a replayed message has no key. A
   * reminder that is due later leads to the opening.
   */
  static List<InvariantCheck> all(String old) {
    return List.of(
        new InvariantCheck(
            "meetings_opened_and_closed_once_in_order",
            """
            SELECT id AS id, status AS a, CONCAT_WS(', ', opened_at, closed_at) AS b FROM meeting
            WHERE CASE status
              WHEN 'scheduled' THEN opened_at IS NOT NULL OR closed_at IS NOT NULL
              WHEN 'open' THEN opened_at IS NULL OR closed_at IS NOT NULL
              WHEN 'closed' THEN opened_at IS NULL OR closed_at IS NULL OR closed_at < opened_at
              ELSE closed_at IS NOT NULL END
            """,
            "Meeting %s is %s; it was opened and closed at: %s."),
        new InvariantCheck(
            "no_meeting_lives_after_its_end",
            """
            SELECT id AS id, status AS a, ends_at AS b FROM meeting
            WHERE status IN ('scheduled', 'open') AND ends_at < %s
            """
                .formatted(old),
            "Meeting %s is %s, but ended at %s."),
        new InvariantCheck(
            "live_meetings_have_a_next_milestone",
            """
            SELECT m.id AS id, m.status AS a, m.starts_at AS b
            FROM meeting m LEFT JOIN (
              SELECT CONVERT(JSON_UNQUOTE(JSON_EXTRACT(body, '$.meetingId')) USING ascii) AS meeting_id,
                MIN(JSON_UNQUOTE(JSON_EXTRACT(body, '$.name')) = 'reminder') AS reminders_alone
              FROM scheduled_message
              WHERE address = 'booking.milestone'
                AND (JSON_UNQUOTE(JSON_EXTRACT(body, '$.name')) <> 'reminder' OR due_at > %s)
              GROUP BY meeting_id
            ) s ON s.meeting_id = m.id
            WHERE m.status IN ('scheduled', 'open')
              AND (s.meeting_id IS NULL OR (s.reminders_alone = 1 AND m.status = 'open'))
            """
                .formatted(old),
            "Meeting %s is %s, starts at %s, and nothing will happen to it."),
        new InvariantCheck(
            "nothing_pending_beyond_recovery",
            """
            SELECT id AS id, CONCAT_WS(', ', status, money, moving_to) AS a, updated_at AS b
            FROM meeting_participant
            WHERE (status = 'pending' OR money IN ('asked', 'settling', 'voiding')
              OR moving_to IS NOT NULL) AND updated_at < %s
            """
                .formatted(old),
            "Booking %s is still under way (%s), since %s."),
        new InvariantCheck(
            "unanswered_disputes_go_to_an_admin",
            """
            SELECT id AS id, status AS a, answer_until AS b FROM dispute
            WHERE status = 'open' AND answer_until < %s
            """
                .formatted(old),
            "Dispute %s is %s, but its answer was due at %s."),
        new InvariantCheck(
            "no_message_overdue",
            """
            SELECT id AS id, CONCAT(address, ', tried ', attempts, ' times') AS a, due_at AS b
            FROM scheduled_message WHERE due_at < %s
              AND created_at < UTC_TIMESTAMP(3) - INTERVAL 30 SECOND
            """
                .formatted(old),
            "Message %s to %s was due at %s."));
  }

  private TimeChecks() {}
}
