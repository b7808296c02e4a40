package io.classbell.wallet.audit;

import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.audit.InvariantCheck;
import io.classbell.platform.db.Sql;
import java.util.List;

/**
 * Checks the invariants of the ledger's tables. Run it in one snapshot ({@code
 * Database.inSnapshot}), so that concurrent changes cause no false alarm.
 *
 * <p>System accounts (fees, clearing, opening) have no stored balance to check: their balance is
 * the sum of their entries.
 */
public final class WalletAudit {

  /** The amount that each booking's transactions left in escrows. */
  private static final String LEFT_IN_ESCROW =
      """
      SELECT t.booking_id, SUM(e.amount) AS amount
      FROM ledger_entry e STRAIGHT_JOIN ledger_transaction t ON t.id = e.transaction_id
      WHERE e.account_id LIKE 'escrow:%' AND t.booking_id IS NOT NULL
      GROUP BY t.booking_id
      """;

  /**
   * How often and with which amount each booking's hold was resolved. The join starts from the
   * entries, which have no index by transaction.
   */
  private static final String RESOLUTIONS =
      """
      SELECT r.booking_id, SUM(r.times) AS times, SUM(r.amount) AS amount FROM (
        SELECT t.booking_id, 1 AS times, 0 AS amount FROM ledger_transaction t
        WHERE t.kind IN ('refund', 'release', 'settlement')
        UNION ALL
        SELECT t.booking_id, 0, -e.amount
        FROM ledger_entry e STRAIGHT_JOIN ledger_transaction t ON t.id = e.transaction_id
        WHERE e.account_id LIKE 'escrow:%' AND t.kind IN ('refund', 'release', 'settlement')
      ) r GROUP BY r.booking_id
      """;

  private static final List<InvariantCheck> CHECKS =
      List.of(
          new InvariantCheck(
              "every_transaction_sums_to_zero",
              """
              SELECT transaction_id AS id, SUM(amount) AS a, COUNT(*) AS b FROM ledger_entry
              GROUP BY transaction_id HAVING SUM(amount) <> 0
              """,
              "Transaction %s sums to %s over %s entries."),
          new InvariantCheck(
              "every_entry_has_its_transaction",
              """
              SELECT e.seq AS id, e.account_id AS a, e.transaction_id AS b
              FROM ledger_entry e LEFT JOIN ledger_transaction t ON t.id = e.transaction_id
              WHERE t.id IS NULL
              """,
              "Entry %s of account %s names transaction %s, which is not there."),
          new InvariantCheck(
              "refused_commands_moved_nothing",
              """
              SELECT t.id AS id, e.seq AS a, e.amount AS b
              FROM ledger_entry e STRAIGHT_JOIN ledger_transaction t ON t.id = e.transaction_id
              WHERE t.kind = 'refused'
              """,
              "Refused transaction %s has entry %s of %s."),
          new InvariantCheck(
              "balances_equal_entries",
              """
              SELECT a.id AS id, a.balance AS a, COALESCE(e.amount, 0) AS b
              FROM ledger_account a LEFT JOIN (
                SELECT account_id, SUM(amount) AS amount FROM ledger_entry GROUP BY account_id
              ) e ON e.account_id = a.id
              WHERE a.balance <> COALESCE(e.amount, 0)
              UNION ALL
              SELECT e.account_id, 'no row', SUM(e.amount)
              FROM ledger_entry e LEFT JOIN ledger_account a ON a.id = e.account_id
              WHERE a.id IS NULL AND (e.account_id LIKE 'wallet:%' OR e.account_id LIKE 'escrow:%')
              GROUP BY e.account_id
              """,
              "Account %s: its balance is %s, its entries sum to %s."),
          new InvariantCheck(
              "entries_tell_the_running_balance",
              """
              SELECT r.seq AS id, r.account_id AS a, r.balance_after AS b FROM (
                SELECT seq, account_id, balance_after,
                  SUM(amount) OVER (PARTITION BY account_id ORDER BY seq) AS running
                FROM ledger_entry
                WHERE account_id LIKE 'wallet:%' OR account_id LIKE 'escrow:%'
              ) r WHERE r.balance_after IS NULL OR r.balance_after <> r.running
              """,
              "Entry %s of account %s tells a balance of %s, which it did not have."),
          new InvariantCheck(
              "no_guarded_account_below_zero",
              """
              SELECT id, balance AS a, held AS b FROM ledger_account WHERE balance < 0 OR held < 0
              UNION ALL
              SELECT account_id, balance_after, seq FROM ledger_entry WHERE balance_after < 0
              """,
              "Account %s is or was at %s (held, or entry: %s)."),
          new InvariantCheck(
              "held_equals_unresolved_holds",
              """
              SELECT a.id AS id, a.held AS a, COALESCE(h.amount, 0) AS b
              FROM ledger_account a LEFT JOIN (
                SELECT student_id, SUM(amount) AS amount FROM ledger_hold
                WHERE state = 'held' GROUP BY student_id
              ) h ON h.student_id = a.owner_id AND a.kind = 'wallet'
              WHERE a.held <> COALESCE(h.amount, 0)
              UNION ALL
              SELECT h.student_id, 'no wallet', SUM(h.amount)
              FROM ledger_hold h
              LEFT JOIN ledger_account a ON a.id = CONCAT('wallet:', h.student_id)
              WHERE h.state = 'held' AND a.id IS NULL GROUP BY h.student_id
              """,
              "Wallet %s: shown as held is %s, its unresolved holds are %s."),
          new InvariantCheck(
              "escrow_equals_unresolved_holds",
              """
              SELECT a.id AS id, a.balance AS a, COALESCE(h.amount, 0) AS b
              FROM ledger_account a LEFT JOIN (
                SELECT meeting_id, SUM(amount) AS amount FROM ledger_hold
                WHERE state = 'held' GROUP BY meeting_id
              ) h ON h.meeting_id = a.owner_id
              WHERE a.kind = 'escrow' AND a.balance <> COALESCE(h.amount, 0)
              UNION ALL
              SELECT h.meeting_id, 'no escrow', SUM(h.amount)
              FROM ledger_hold h
              LEFT JOIN ledger_account a ON a.id = CONCAT('escrow:', h.meeting_id)
              WHERE h.state = 'held' AND a.id IS NULL GROUP BY h.meeting_id
              """,
              "Escrow %s: in it are %s, its unresolved holds are %s."),
          new InvariantCheck(
              "receivables_equal_entries",
              """
              SELECT a.id AS id, a.receivable AS a, COALESCE(-e.amount, 0) AS b
              FROM ledger_account a LEFT JOIN (
                SELECT account_id, SUM(amount) AS amount FROM ledger_entry
                WHERE account_id LIKE 'receivable:%' GROUP BY account_id
              ) e ON e.account_id = CONCAT('receivable:', a.owner_id) AND a.kind = 'wallet'
              WHERE a.receivable <> COALESCE(-e.amount, 0)
              """,
              "Wallet %s: its receivable is %s, its entries sum to %s."),
          new InvariantCheck(
              "receivables_mean_an_empty_wallet",
              """
              SELECT id, receivable AS a, balance AS b FROM ledger_account
              WHERE receivable <> 0 AND (balance <> 0 OR receivable < 0 OR kind <> 'wallet')
              """,
              "Wallet %s owes %s and holds %s."),
          new InvariantCheck(
              "command_ids_unique",
              """
              SELECT command_id AS id, COUNT(*) AS a, SUM(amount) AS b FROM ledger_transaction
              GROUP BY command_id HAVING COUNT(*) > 1
              """,
              "Command %s has %s transactions, over %s in all."),
          new InvariantCheck(
              "holds_match_their_postings",
              """
              SELECT h.booking_id AS id, h.state AS a, COALESCE(p.amount, 0) AS b
              FROM ledger_hold h LEFT JOIN (
              """
                  + LEFT_IN_ESCROW
                  + """
                  ) p ON p.booking_id = h.booking_id
                  WHERE COALESCE(p.amount, 0) <> CASE h.state WHEN 'held' THEN h.amount ELSE 0 END
                  """,
              "Booking %s: its hold is %s, but its postings left %s in escrow."),
          new InvariantCheck(
              "holds_settle_to_their_amount",
              """
              SELECT h.booking_id AS id, CONCAT(h.state, ' at ', h.amount) AS a,
                CONCAT(COALESCE(r.times, 0), ' with ', COALESCE(r.amount, 0)) AS b
              FROM ledger_hold h LEFT JOIN (
              """
                  + RESOLUTIONS
                  + """
                  ) r ON r.booking_id = h.booking_id
                  WHERE (h.state IN ('settled', 'returned')
                      AND (COALESCE(r.times, 0) <> 1 OR r.amount <> h.amount))
                    OR (h.state IN ('held', 'void') AND r.times > 0)
                  """,
              "Booking %s: its hold is %s, its settlements are %s."));

  /** Checks every invariant of the ledger. */
  public static AuditFindings findings(Sql sql) {
    return new AuditFindings(CHECKS.stream().map(check -> check.run(sql)).toList());
  }

  private WalletAudit() {}
}
