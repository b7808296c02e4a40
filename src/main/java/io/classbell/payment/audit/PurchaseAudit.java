package io.classbell.payment.audit;

import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.audit.InvariantCheck;
import io.classbell.platform.db.Sql;
import java.util.List;

/**
 * Checks the invariants of purchases and their movements, and compares the movements with the
 * clearing accounts of the ledger. Run it in one snapshot ({@code Database.inSnapshot}).
 */
public final class PurchaseAudit {
  private static final List<InvariantCheck> CHECKS =
      List.of(
          new InvariantCheck(
              "purchases_are_credited_at_most_once",
              """
              SELECT p.id AS id, CONCAT(p.state, ' of ', p.amount) AS a,
                CONCAT(COUNT(l.command_id), ' of ', COALESCE(SUM(l.credits), 0)) AS b
              FROM purchase p
              LEFT JOIN payment_leg l ON l.purchase_id = p.id AND l.kind = 'credit'
              GROUP BY p.id, p.state, p.amount
              HAVING COUNT(l.command_id) <> CASE p.state WHEN 'paid' THEN 1 ELSE 0 END
                OR COALESCE(SUM(l.credits), 0) <> CASE p.state WHEN 'paid' THEN p.amount ELSE 0 END
              """,
              "Purchase %s is %s, its credits are %s."),
          new InvariantCheck(
              "purchases_return_at_most_their_amount",
              """
              SELECT p.id AS id, CONCAT(p.returned, ' of ', p.amount) AS a,
                COALESCE(SUM(-l.credits), 0) AS b
              FROM purchase p
              LEFT JOIN payment_leg l ON l.purchase_id = p.id
                AND l.kind IN ('card_refund', 'card_refund_failed', 'chargeback', 'chargeback_reversed')
              GROUP BY p.id, p.returned, p.amount
              HAVING COALESCE(SUM(-l.credits), 0) <> p.returned
                OR p.returned < 0 OR p.returned > p.amount
              """,
              "Purchase %s returned %s credits, its movements %s."),
          new InvariantCheck(
              "clearing_equals_provider_movements",
              """
              SELECT l.command_id AS id, l.loss - l.credits AS a, COALESCE(c.amount, 0) AS b
              FROM payment_leg l
              JOIN ledger_transaction t ON t.command_id = l.command_id
              LEFT JOIN (
                SELECT transaction_id, SUM(amount) AS amount FROM ledger_entry
                WHERE account_id IN ('clearing:stripe', 'clearing:paypal') GROUP BY transaction_id
              ) c ON c.transaction_id = t.id
              WHERE l.loss - l.credits <> COALESCE(c.amount, 0)
              UNION ALL
              SELECT l.command_id, l.loss - l.credits, 'no transaction'
              FROM payment_leg l LEFT JOIN ledger_transaction t ON t.command_id = l.command_id
              WHERE l.posted_at IS NOT NULL AND (l.credits <> 0 OR l.loss <> 0) AND t.id IS NULL
              UNION ALL
              SELECT t.command_id, 'no movement', t.amount
              FROM ledger_transaction t LEFT JOIN payment_leg l ON l.command_id = t.command_id
              WHERE t.kind IN ('purchase', 'purchase_reversal', 'suspense') AND l.command_id IS NULL
              """,
              "Movement %s: the provider's account changed by %s, clearing by %s."));

  /** Checks every invariant of purchases. */
  public static AuditFindings findings(Sql sql) {
    return new AuditFindings(CHECKS.stream().map(check -> check.run(sql)).toList());
  }

  private PurchaseAudit() {}
}
