package io.classbell.wallet.store;

import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.wallet.api.AccountIds;
import io.classbell.wallet.api.WalletApi.AccountEntry;
import io.classbell.wallet.api.WalletApi.AccountView;
import io.classbell.wallet.api.WalletApi.Proof;
import io.classbell.wallet.api.WalletApi.TransactionEntry;
import io.classbell.wallet.api.WalletApi.TransactionView;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The SQL of the ledger explorer, which only reads, and of the last proof of the books. */
public final class ExplorerStore {
  private static final String SYSTEM = "system";

  private static final String GUARDED =
      "SELECT id, kind, owner_id, balance, held FROM ledger_account";

  private static final String NEXT_WITH_ENTRIES =
      "SELECT account_id FROM ledger_entry WHERE account_id > ? ORDER BY account_id LIMIT 1";

  private static final String SUM =
      "SELECT CAST(SUM(amount) AS SIGNED) AS balance FROM ledger_entry WHERE account_id = ?"
          + " HAVING COUNT(*) > 0";

  private static final String ENTRIES =
      "SELECT e.seq, e.amount, e.balance_after, t.id, t.at, t.kind, t.rule, t.note, t.meeting_id,"
          + " t.booking_id FROM ledger_entry e JOIN ledger_transaction t ON t.id = e.transaction_id"
          + " WHERE e.account_id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?";

  private static final String TRANSACTION =
      "SELECT id, command_id, kind, at, meeting_id, booking_id, actor_id, rule, note, amount"
          + " FROM ledger_transaction WHERE id = ?";

  private static final String ENTRIES_OF =
      "SELECT account_id, amount, balance_after FROM ledger_entry WHERE transaction_id = ?"
          + " ORDER BY seq";

  private static final String SAVE_PROOF =
      "INSERT INTO books_proof (id, checked_at, ok, violations) VALUES (1, ?, ?, ?)"
          + " ON DUPLICATE KEY UPDATE checked_at = VALUES(checked_at), ok = VALUES(ok),"
          + " violations = VALUES(violations)";

  private static final String PROOF =
      "SELECT checked_at, ok, violations FROM books_proof WHERE id = 1";

  /** Returns wallets and escrows after an id, in the order of ids. */
  public List<AccountView> guarded(
      Sql sql, @Nullable String kind, @Nullable String ownerId, String afterId, int limit) {
    StringBuilder text = new StringBuilder(GUARDED).append(" WHERE id > ?");
    List<@Nullable Object> parameters = new ArrayList<>();
    parameters.add(afterId);
    if (ownerId != null) {
      text.append(" AND id IN (?, ?)");
      parameters.add(AccountIds.wallet(ownerId));
      parameters.add(AccountIds.escrow(ownerId));
    }
    if (kind != null) {
      // A range of the primary key; the character ';' follows ':'.
      text.append(" AND id > ? AND id < ?");
      parameters.add(kind + ":");
      parameters.add(kind + ";");
    }
    text.append(" ORDER BY id LIMIT ?");
    parameters.add(limit);
    return sql.list(text.toString(), ExplorerStore::guardedAccount, parameters.toArray());
  }

  /**
   * Returns the ids of system accounts that have entries. Each takes one look into the index, and
   * wallets and escrows are skipped.
   */
  public List<String> systemAccounts(Sql sql) {
    List<String> ids = new ArrayList<>();
    String next = sql.first(NEXT_WITH_ENTRIES, row -> row.getString("account_id"), "");
    while (next != null) {
      String from = next;
      if (AccountIds.isGuarded(next)) {
        from = AccountIds.kind(next) + ";";
      } else {
        ids.add(next);
      }
      next = sql.first(NEXT_WITH_ENTRIES, row -> row.getString("account_id"), from);
    }
    return ids;
  }

  /** Returns an account with its balance; null if it does not exist or has no entries. */
  public @Nullable AccountView account(Sql sql, String id) {
    if (AccountIds.isGuarded(id)) {
      return sql.first(GUARDED + " WHERE id = ?", ExplorerStore::guardedAccount, id);
    }
    return sql.first(
        SUM, row -> new AccountView(id, SYSTEM, null, row.getLong("balance"), null), id);
  }

  /** Returns an account's entries below a sequence number, newest first. */
  public List<AccountEntry> entries(Sql sql, String accountId, long below, int limit) {
    return sql.list(ENTRIES, ExplorerStore::entry, accountId, below, limit);
  }

  /** Returns a transaction with its entries; null if it does not exist. */
  public @Nullable TransactionView transaction(Sql sql, String id) {
    List<TransactionEntry> entries =
        sql.list(
            ENTRIES_OF,
            row ->
                new TransactionEntry(
                    row.getString("account_id"),
                    row.getLong("amount"),
                    row.getLong("balance_after")),
            id);
    return sql.first(
        TRANSACTION,
        row ->
            new TransactionView(
                row.getString("id"),
                row.getString("command_id"),
                row.getString("kind"),
                Sql.instant(row, "at"),
                row.getLong("amount"),
                row.getString("meeting_id"),
                row.getString("booking_id"),
                row.getString("actor_id"),
                row.getString("rule"),
                row.getString("note"),
                entries),
        id);
  }

  public void saveProof(Tx tx, Proof proof) {
    tx.write(SAVE_PROOF, proof.checkedAt(), proof.ok() ? 1 : 0, proof.violations());
  }

  /** Returns the last proof; null if the books were never proved. */
  public @Nullable Proof proof(Sql sql) {
    return sql.first(
        PROOF,
        row ->
            new Proof(
                row.getInteger("ok") != 0,
                Sql.instant(row, "checked_at"),
                row.getInteger("violations")));
  }

  private static AccountView guardedAccount(Row row) {
    return new AccountView(
        row.getString("id"),
        row.getString("kind"),
        row.getString("owner_id"),
        row.getLong("balance"),
        row.getLong("held"));
  }

  private static AccountEntry entry(Row row) {
    return new AccountEntry(
        row.getLong("seq"),
        row.getString("id"),
        Sql.instant(row, "at"),
        row.getString("kind"),
        row.getLong("amount"),
        row.getLong("balance_after"),
        row.getString("rule"),
        row.getString("note"),
        row.getString("meeting_id"),
        row.getString("booking_id"));
  }
}
