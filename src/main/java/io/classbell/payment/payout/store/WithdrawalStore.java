package io.classbell.payment.payout.store;

import io.classbell.payment.api.PayoutApi.Account;
import io.classbell.payment.payout.model.Withdrawal;
import io.classbell.payment.payout.model.Withdrawal.Decisions;
import io.classbell.payment.payout.model.Withdrawal.Ledger;
import io.classbell.payment.payout.model.Withdrawal.Payee;
import io.classbell.payment.payout.model.Withdrawal.Payment;
import io.classbell.payment.payout.model.Withdrawal.Status;
import io.classbell.platform.db.Insert;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All SQL of withdrawals and payout accounts. */
public final class WithdrawalStore {
  private static final String[] COLUMNS = {
    "id",
    "user_id",
    "amount",
    "provider",
    "destination",
    "currency",
    "pay_value",
    "status",
    "ledger",
    "first_approver",
    "second_approver",
    "rejector",
    "reference",
    "provider_status",
    "sent_at",
    "look_at",
    "returned",
    "reason",
    "created_at",
    "updated_at"
  };

  /** A second row with the same id is an error: the first request is repeated then. */
  private static final Insert NEW = Insert.into("withdrawal", COLUMNS);

  private static final Insert CHANGED =
      Insert.into("withdrawal", COLUMNS)
          .orUpdate(
              "status",
              "ledger",
              "first_approver",
              "second_approver",
              "rejector",
              "reference",
              "provider_status",
              "sent_at",
              "look_at",
              "returned",
              "reason",
              "updated_at");

  private static final String SELECT = "SELECT " + String.join(", ", COLUMNS) + " FROM withdrawal ";

  private static final String SHOWN = "status NOT IN ('reserving', 'refused')";

  private static final int LONGEST_REASON = 500;

  private static final Insert ACCOUNT =
      Insert.into("payout_account", "user_id", "provider", "destination", "updated_at")
          .orUpdate("destination", "updated_at");

  /** The place in a list after which the next page begins. */
  public record Place(Instant createdAt, String id) {}

  /** Filters of a list; null for any. */
  public record Filter(
      @Nullable String userId,
      @Nullable String status,
      @Nullable String provider,
      @Nullable Instant from,
      @Nullable Instant to) {}

  public void insert(Tx tx, Withdrawal withdrawal) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    rows.add(row(withdrawal));
    NEW.rows(tx, rows);
  }

  /** Writes a withdrawal whose row is locked. */
  public void update(Tx tx, Withdrawal withdrawal) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    rows.add(row(withdrawal));
    CHANGED.rows(tx, rows);
  }

  /** Locks a withdrawal until the end of the transaction. */
  public @Nullable Withdrawal lock(Tx tx, String id) {
    return tx.first(SELECT + "WHERE id = ? FOR UPDATE", WithdrawalStore::withdrawal, id);
  }

  public @Nullable Withdrawal find(Sql sql, String id) {
    return sql.first(SELECT + "WHERE id = ?", WithdrawalStore::withdrawal, id);
  }

  /** Returns withdrawals that users may see, newest first. */
  public List<Withdrawal> list(Sql sql, Filter filter, @Nullable Place below, int limit) {
    StringBuilder where = new StringBuilder("WHERE " + SHOWN);
    List<@Nullable Object> values = new ArrayList<>();
    and(where, values, "user_id = ?", filter.userId());
    and(where, values, "status = ?", filter.status());
    and(where, values, "provider = ?", filter.provider());
    and(where, values, "created_at >= ?", filter.from());
    and(where, values, "created_at < ?", filter.to());
    if (below != null) {
      where.append(" AND created_at <= ? AND (created_at < ? OR id < ?)");
      values.add(below.createdAt());
      values.add(below.createdAt());
      values.add(below.id());
    }
    values.add(limit);
    return sql.list(
        SELECT + where + " ORDER BY created_at DESC, id DESC LIMIT ?",
        WithdrawalStore::withdrawal,
        values.toArray());
  }

  /** Returns a user's withdrawals whose credits are in the payable account, oldest first. */
  public List<Withdrawal> open(Sql sql, String userId, int limit) {
    return sql.list(
        SELECT
            + "WHERE user_id = ? AND "
            + SHOWN
            + " AND status IN ('requested', 'approved', 'sending') ORDER BY created_at, id LIMIT ?",
        WithdrawalStore::withdrawal,
        userId,
        limit);
  }

  /** Returns the withdrawals whose provider is to be asked by now. */
  public List<String> toLookAt(Sql sql, Instant now, int limit) {
    return sql.list(
        "SELECT id FROM withdrawal WHERE look_at <= ? ORDER BY look_at LIMIT ?",
        row -> row.getString("id"),
        now,
        limit);
  }

  /** Returns the withdrawals that a provider's payment belongs to. */
  public List<String> byReference(Sql sql, String provider, String reference) {
    return sql.list(
        "SELECT id FROM withdrawal WHERE reference = ? AND provider = ?",
        row -> row.getString("id"),
        reference,
        provider);
  }

  public void setAccount(Tx tx, String userId, Account account) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    rows.add(
        new @Nullable Object[] {
          userId, account.provider(), account.destination(), account.updatedAt()
        });
    ACCOUNT.rows(tx, rows);
  }

  public List<Account> accounts(Sql sql, String userId) {
    return sql.list(
        "SELECT provider, destination, updated_at FROM payout_account WHERE user_id = ?"
            + " ORDER BY provider",
        row ->
            new Account(
                row.getString("provider"),
                row.getString("destination"),
                Sql.instant(row, "updated_at")),
        userId);
  }

  private static void and(
      StringBuilder where,
      List<@Nullable Object> values,
      String condition,
      @Nullable Object value) {
    if (value != null) {
      where.append(" AND ").append(condition);
      values.add(value);
    }
  }

  private static @Nullable Object[] row(Withdrawal w) {
    return new @Nullable Object[] {
      w.id(),
      w.userId(),
      w.amount(),
      w.payee().provider(),
      w.payee().destination(),
      w.payee().currency(),
      w.payee().value(),
      w.status().name(),
      w.ledger().name(),
      w.decisions().firstApprover(),
      w.decisions().secondApprover(),
      w.decisions().rejector(),
      w.payment().reference(),
      w.payment().status(),
      w.payment().sentAt(),
      w.payment().lookAt(),
      w.returned(),
      fitting(w.reason()),
      w.createdAt(),
      w.updatedAt()
    };
  }

  private static @Nullable String fitting(@Nullable String text) {
    return text == null || text.codePointCount(0, text.length()) <= LONGEST_REASON
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_REASON));
  }

  private static Withdrawal withdrawal(Row row) {
    return new Withdrawal(
        row.getString("id"),
        row.getString("user_id"),
        row.getLong("amount"),
        new Payee(
            row.getString("provider"),
            row.getString("destination"),
            row.getString("currency"),
            row.getString("pay_value")),
        Status.valueOf(row.getString("status")),
        Ledger.valueOf(row.getString("ledger")),
        new Decisions(
            row.getString("first_approver"),
            row.getString("second_approver"),
            row.getString("rejector")),
        new Payment(
            row.getString("reference"),
            row.getString("provider_status"),
            Sql.instantOrNull(row, "sent_at"),
            Sql.instantOrNull(row, "look_at")),
        row.getLong("returned"),
        row.getString("reason"),
        Sql.instant(row, "created_at"),
        Sql.instant(row, "updated_at"));
  }
}
