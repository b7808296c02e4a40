package io.classbell.payment.store;

import io.classbell.payment.model.CardRefund;
import io.classbell.payment.model.CardRefund.Status;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQL of the refunds that admins ask for. */
public final class RefundStore {
  private static final String SELECT =
      "SELECT id, purchase_id, amount, money, reason, admin_id, status, provider_ref, error,"
          + " sent_at, created_at FROM card_refund";

  public void insert(Tx tx, CardRefund r, String commandId) {
    tx.execute(
        "INSERT INTO card_refund (id, command_id, purchase_id, amount, money, reason, admin_id,"
            + " status, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        r.id(),
        commandId,
        r.purchaseId(),
        r.amount(),
        r.money(),
        r.reason(),
        r.adminId(),
        r.status().name(),
        r.createdAt());
  }

  public @Nullable CardRefund find(Sql sql, String id) {
    return sql.first(SELECT + " WHERE id = ?", RefundStore::refund, id);
  }

  public @Nullable CardRefund byCommand(Sql sql, String commandId) {
    return sql.first(SELECT + " WHERE command_id = ?", RefundStore::refund, commandId);
  }

  public List<CardRefund> of(Sql sql, String purchaseId) {
    return sql.list(SELECT + " WHERE purchase_id = ? ORDER BY id", RefundStore::refund, purchaseId);
  }

  /** Marks a refund as sent, before it is sent. */
  public void sent(Tx tx, String id, Instant realNow) {
    tx.execute(
        "UPDATE card_refund SET status = 'sent', sent_at = COALESCE(sent_at, ?)"
            + " WHERE id = ? AND status IN ('requested', 'sent')",
        realNow,
        id);
  }

  /** Notes that the provider broke down over a refund whose outcome is unknown. */
  public void broke(Tx tx, String id, String error) {
    tx.execute("UPDATE card_refund SET error = ? WHERE id = ? AND status = 'sent'", error, id);
  }

  /** Stores the outcome; a refund that failed stays so. */
  public void decided(
      Tx tx, String id, Status status, @Nullable String providerRef, @Nullable String error) {
    tx.execute(
        "UPDATE card_refund SET status = ?, provider_ref = COALESCE(?, provider_ref), error = ?"
            + " WHERE id = ? AND (status <> 'failed' OR provider_ref IS NULL)",
        status.name(),
        providerRef,
        error,
        id);
  }

  private static CardRefund refund(Row row) {
    return new CardRefund(
        row.getString("id"),
        row.getString("purchase_id"),
        row.getLong("amount"),
        row.getLong("money"),
        row.getString("reason"),
        row.getString("admin_id"),
        Status.valueOf(row.getString("status")),
        row.getString("provider_ref"),
        row.getString("error"),
        Sql.instantOrNull(row, "sent_at"),
        Sql.instant(row, "created_at"));
  }
}
