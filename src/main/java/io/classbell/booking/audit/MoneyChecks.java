package io.classbell.booking.audit;

import io.classbell.platform.audit.InvariantCheck;
import java.util.List;

/** Compares the payment state of bookings with the ledger. */
final class MoneyChecks {

  /** While its payment is in progress, a booking counts by its state in the ledger. */
  private static final String HELD =
      """
      SELECT meeting_id, 0 AS escrow, price AS held
      FROM meeting_participant WHERE money = 'held' AND moving_to IS NULL
      UNION ALL
      SELECT h.meeting_id, 0, h.amount
      FROM meeting_participant p JOIN ledger_hold h ON h.booking_id = p.id AND h.state = 'held'
      WHERE p.money IN ('asked', 'settling', 'voiding')
        OR (p.money = 'held' AND p.moving_to IS NOT NULL)
      """;

  static List<InvariantCheck> all(String old) {
    return List.of(
        new InvariantCheck(
            "escrow_equals_held_bookings",
            """
            SELECT x.meeting_id AS id, SUM(x.escrow) AS a, SUM(x.held) AS b FROM (
              SELECT owner_id AS meeting_id, balance AS escrow, 0 AS held
              FROM ledger_account WHERE kind = 'escrow'
              UNION ALL
            """
                + HELD
                + ") x GROUP BY x.meeting_id HAVING SUM(x.escrow) <> SUM(x.held)",
            "Meeting %s: its escrow is %s, the prices of its held bookings are %s."),
        new InvariantCheck(
            "escrow_of_ended_meetings_is_zero",
            """
            SELECT m.id AS id, m.status AS a, a.balance AS b
            FROM ledger_account a JOIN meeting m ON m.id = a.owner_id
            WHERE a.kind = 'escrow' AND a.balance <> 0 AND m.updated_at < %1$s
              AND (m.status IN ('cancelled', 'expired') OR (m.status = 'closed' AND NOT EXISTS (
                SELECT 1 FROM meeting_participant h WHERE h.meeting_id = m.id AND h.money = 'held')))
              AND NOT EXISTS (SELECT 1 FROM meeting_participant p
                WHERE p.meeting_id = m.id AND p.updated_at >= %1$s)
              AND NOT EXISTS (SELECT 1 FROM meeting_participant q
                WHERE q.moving_to = m.id AND q.updated_at >= %1$s)
            """
                .formatted(old),
            "Meeting %s is %s and settled, but its escrow is %s."),
        new InvariantCheck(
            "bookings_agree_with_their_holds",
            """
            SELECT p.id AS id, CONCAT(p.money, ' at ', p.price) AS a,
              COALESCE(CONCAT(h.state, ' at ', h.amount), 'missing') AS b
            FROM meeting_participant p LEFT JOIN ledger_hold h ON h.booking_id = p.id
            WHERE (p.money = 'held' AND (h.state IS NULL OR h.state <> 'held'
                OR (p.moving_to IS NULL AND h.amount <> p.price)))
              OR (p.money = 'settled' AND (h.state IS NULL OR h.state NOT IN ('settled', 'returned')))
              OR (p.money = 'none' AND h.state = 'held')
            """,
            "Booking %s: its money is %s, its hold is %s."),
        new InvariantCheck(
            "refund_parts_add_up_to_the_price",
            """
            SELECT id AS id, settlement AS a, price AS b FROM meeting_participant
            WHERE settlement IS NOT NULL AND price <> COALESCE(
              CAST(JSON_EXTRACT(settlement, '$.student') AS SIGNED)
              + CAST(JSON_EXTRACT(settlement, '$.teacher') AS SIGNED)
              + CAST(JSON_EXTRACT(settlement, '$.fee') AS SIGNED), -1)
            """,
            "Booking %s: the parts %s do not add up to its price %s."),
        new InvariantCheck(
            "settled_bookings_have_their_split",
            """
            SELECT id AS id, status AS a, money AS b FROM meeting_participant
            WHERE money IN ('settling', 'settled') AND settlement IS NULL
            """,
            "Booking %s is %s and its money %s, but nothing says how it was parted."),
        new InvariantCheck(
            "reviews_keep_the_money",
            """
            SELECT p.id AS id, m.id AS a, p.money AS b
            FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id
            WHERE m.review_state = 'needed' AND p.status = 'completed' AND p.money <> 'held'
            """,
            "Booking %s: meeting %s waits for a decision, but its money is %s."),
        new InvariantCheck(
            "disputes_keep_the_money",
            """
            SELECT d.booking_id AS id, d.status AS a, COALESCE(p.money, 'missing') AS b
            FROM dispute d LEFT JOIN meeting_participant p ON p.id = d.booking_id
            WHERE d.status IN ('open', 'answered', 'escalated')
              AND (p.id IS NULL OR p.money <> 'held' OR p.status <> 'completed')
            """,
            "Booking %s: its dispute is %s, but its money is %s."),
        new InvariantCheck(
            "ended_disputes_decided_the_split",
            """
            SELECT d.booking_id AS id, d.outcome AS a, COALESCE(p.settlement, 'missing') AS b
            FROM dispute d LEFT JOIN meeting_participant p ON p.id = d.booking_id
            WHERE d.status IN ('settled', 'decided') AND (p.settlement IS NULL
              OR p.money NOT IN ('settling', 'settled')
              OR JSON_UNQUOTE(JSON_EXTRACT(p.settlement, '$.rule'))
                NOT IN ('dispute_agreed', 'dispute_decided')
              OR CAST(JSON_EXTRACT(p.settlement, '$.student') AS SIGNED) <> (p.price
                * CAST(JSON_EXTRACT(d.outcome, '$.studentPercent') AS SIGNED) + 50) DIV 100)
            UNION ALL
            SELECT p.id, 'missing', p.settlement FROM meeting_participant p
            LEFT JOIN dispute d ON d.booking_id = p.id AND d.outcome IS NOT NULL
            WHERE p.settlement IS NOT NULL AND d.id IS NULL
              AND JSON_UNQUOTE(JSON_EXTRACT(p.settlement, '$.rule'))
                IN ('dispute_agreed', 'dispute_decided')
            """,
            "Booking %s: its dispute ended with %s, its settlement is %s."));
  }

  private MoneyChecks() {}
}
