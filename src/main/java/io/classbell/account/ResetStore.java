package io.classbell.account;

import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The tokens of password reset mails. Real time. */
final class ResetStore {

  record ResetRow(String userId, Instant expiresAt, boolean used) {

    boolean isGood(Instant now) {
      return !used && expiresAt.isAfter(now);
    }
  }

  private static final String INSERT =
      "INSERT INTO password_reset (token_hash, user_id, expires_at) VALUES (?, ?, ?)";
  private static final String SELECT =
      "SELECT user_id, expires_at, used_at FROM password_reset WHERE token_hash = ?";
  private static final String LOCK = SELECT + " FOR UPDATE";
  private static final String USE_ALL =
      "UPDATE password_reset SET used_at = ? WHERE user_id = ? AND used_at IS NULL";
  private static final int MOST_AT_ONCE = 1_000;
  private static final String DELETE_OLD =
      "DELETE FROM password_reset WHERE expires_at < ? ORDER BY expires_at LIMIT " + MOST_AT_ONCE;

  void insert(Tx tx, String hash, String userId, Instant expiresAt) {
    tx.write(INSERT, hash, userId, expiresAt);
  }

  @Nullable ResetRow find(Sql sql, String hash) {
    return sql.first(SELECT, ResetStore::row, hash);
  }

  @Nullable ResetRow lock(Tx tx, String hash) {
    return tx.first(LOCK, ResetStore::row, hash);
  }

  /** One new password is enough: the user's other mails open nothing any more. */
  void useAllOf(Tx tx, String userId, Instant now) {
    tx.write(USE_ALL, now, userId);
  }

  /** Deletes some of those that expired longest ago; tells whether there may be more. */
  boolean forgetExpiredBefore(Tx tx, Instant before) {
    return tx.execute(DELETE_OLD, before) == MOST_AT_ONCE;
  }

  private static ResetRow row(Row row) {
    return new ResetRow(
        row.getString("user_id"),
        Sql.instant(row, "expires_at"),
        Sql.instantOrNull(row, "used_at") != null);
  }
}
