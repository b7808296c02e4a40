package io.classbell.payment.audit;

import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.audit.InvariantCheck;
import io.classbell.platform.db.Sql;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Compares withdrawals with the ledger. Run it in one snapshot ({@code Database.inSnapshot}).
 * Credits whose posting is under way may be on either side of it.
 */
public final class PayoutAudit {
  private static final Duration RECOVERY = Duration.ofSeconds(30);

  private static final String NOW =
      "SELECT UTC_TIMESTAMP(3) + INTERVAL (test_offset_ms * 1000) MICROSECOND AS t"
          + " FROM platform_clock WHERE id = 1";

  /** What each withdrawal's commands left in payable; the ids begin with 'withdrawal:'. */
  private static final String PAYABLE =
      """
      SELECT SUBSTRING(t.command_id, 12, 36) AS id, SUM(e.amount) AS amount
      FROM ledger_entry e STRAIGHT_JOIN ledger_transaction t ON t.id = e.transaction_id
      WHERE e.account_id = 'payable' GROUP BY SUBSTRING(t.command_id, 12, 36)
      """;

  private static final String OPEN = "w.status IN ('requested', 'approved', 'sending')";

  /** Checks every invariant of withdrawals, as of the platform's now. */
  public static AuditFindings findings(Sql sql) {
    Instant now = Objects.requireNonNull(sql.first(NOW, r -> Sql.instant(r, "t")));
    String old = "TIMESTAMP'" + Sql.utc(now.minus(RECOVERY)).toString().replace('T', ' ') + "'";
    return new AuditFindings(checks(old).stream().map(check -> check.run(sql)).toList());
  }

  private static List<InvariantCheck> checks(String old) {
    return List.of(
        new InvariantCheck(
            "payable_equals_open_withdrawals",
            "SELECT w.id AS id, CONCAT(w.status, ', ', w.ledger, ', ', w.amount) AS a,"
                + " COALESCE(p.amount, 0) AS b FROM withdrawal w LEFT JOIN ("
                + PAYABLE
                + ") p ON p.id = w.id WHERE"
                + " (w.ledger = 'payable' AND "
                + OPEN
                + " AND COALESCE(p.amount, 0) <> w.amount)"
                + " OR ((w.ledger IN ('paid', 'returned') OR w.status = 'refused')"
                + " AND COALESCE(p.amount, 0) <> 0)"
                + " OR COALESCE(p.amount, 0) NOT IN (0, w.amount)"
                + " UNION ALL SELECT p.id, 'no withdrawal', p.amount FROM ("
                + PAYABLE
                + ") p LEFT JOIN withdrawal w ON w.id = p.id WHERE w.id IS NULL AND p.amount <> 0",
            "Withdrawal %s is %s, but its postings left %s in payable."),
        new InvariantCheck(
            "withdrawals_reach_the_ledger",
            "SELECT w.id AS id, CONCAT(w.status, ', ', w.ledger) AS a, w.updated_at AS b"
                + " FROM withdrawal w WHERE w.updated_at < "
                + old
                + " AND (w.status = 'reserving'"
                + " OR (w.status = 'paid' AND w.ledger = 'payable')"
                + " OR (w.status IN ('failed', 'returned', 'rejected', 'cancelled')"
                + " AND w.ledger <> 'returned'))",
            "Withdrawal %s is %s since %s: its posting is missing."),
        new InvariantCheck(
            "a_withdrawal_is_paid_at_most_once",
            """
            SELECT w.id AS id, CONCAT(w.status, ', ', w.amount - w.returned) AS a, p.amount AS b
            FROM withdrawal w JOIN (
              SELECT SUBSTRING(t.command_id, 12, 36) AS id, SUM(e.amount) AS amount
              FROM ledger_entry e STRAIGHT_JOIN ledger_transaction t ON t.id = e.transaction_id
              WHERE e.account_id LIKE 'clearing:%' AND t.command_id LIKE 'withdrawal:%'
              GROUP BY SUBSTRING(t.command_id, 12, 36)
            ) p ON p.id = w.id
            WHERE p.amount NOT IN (0, w.amount) OR (p.amount = 0 AND w.ledger = 'paid')
            UNION ALL
            SELECT MAX(id), CONCAT(provider, ' payment ', reference), COUNT(*) FROM withdrawal
            WHERE provider <> 'manual' AND reference IS NOT NULL
            GROUP BY provider, reference HAVING COUNT(*) > 1
            """,
            "Withdrawal %s (%s) was paid with %s."),
        new InvariantCheck(
            "nobody_approved_their_own_withdrawal",
            """
            SELECT id AS id, COALESCE(first_approver, 'nobody') AS a,
              COALESCE(second_approver, 'nobody') AS b
            FROM withdrawal
            WHERE first_approver = user_id OR second_approver = user_id
              OR first_approver = second_approver
              OR (status IN ('approved', 'sending', 'paid') AND first_approver IS NULL)
            """,
            "Withdrawal %s was approved by %s and %s."));
  }

  private PayoutAudit() {}
}
