package io.classbell.account.store;

import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of tokens in mailed links, {@code password_reset} and {@code email_verification}. Real
 * time.
 */
public final class ResetStore {

  public record ResetRow(String userId, Instant expiresAt, boolean used) {

    public boolean isUsable(Instant now) {
      return !used && expiresAt.isAfter(now);
    }
  }

  private static final int MOST_AT_ONCE = 1_000;

  private final String insert;
  private final String select;
  private final String useAll;
  private final String deleteOld;

  private ResetStore(String table) {
    insert = "INSERT INTO " + table + " (token_hash, user_id, expires_at) VALUES (?, ?, ?)";
    select = "SELECT user_id, expires_at, used_at FROM " + table + " WHERE token_hash = ?";
    useAll = "UPDATE " + table + " SET used_at = ? WHERE user_id = ? AND used_at IS NULL";
    deleteOld =
        "DELETE FROM " + table + " WHERE expires_at < ? ORDER BY expires_at LIMIT " + MOST_AT_ONCE;
  }

  /** The tokens of password reset mails. */
  public static ResetStore ofPasswordResets() {
    return new ResetStore("password_reset");
  }

  /** The tokens of mails that verify an e-mail address. */
  public static ResetStore ofVerifications() {
    return new ResetStore("email_verification");
  }

  public void insert(Tx tx, String hash, String userId, Instant expiresAt) {
    tx.write(insert, hash, userId, expiresAt);
  }

  public @Nullable ResetRow find(Sql sql, String hash) {
    return sql.first(select, ResetStore::row, hash);
  }

  public @Nullable ResetRow lock(Tx tx, String hash) {
    return tx.first(select + " FOR UPDATE", ResetStore::row, hash);
  }

  /** Marks all links of the user as used, because one use invalidates them all. */
  public void useAllOf(Tx tx, String userId, Instant now) {
    tx.write(useAll, now, userId);
  }

  /** Deletes a batch of expired tokens, oldest first; returns whether there may be more. */
  public boolean deleteExpiredBefore(Tx tx, Instant before) {
    return tx.execute(deleteOld, before) == MOST_AT_ONCE;
  }

  private static ResetRow row(Row row) {
    return new ResetRow(
        row.getString("user_id"),
        Sql.instant(row, "expires_at"),
        Sql.instantOrNull(row, "used_at") != null);
  }
}
