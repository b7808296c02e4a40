package io.classbell.account.store;

import io.classbell.account.model.UserAccount;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of {@code calendar_feed}: at most one address per user, found by the hash of its token.
 */
public final class CalendarFeedStore {
  private static final String PUT =
      "INSERT INTO calendar_feed (user_id, token_hash, created_at) VALUES (?, ?, ?)"
          + " ON DUPLICATE KEY UPDATE"
          + " token_hash = VALUES(token_hash), created_at = VALUES(created_at)";
  private static final String DELETE = "DELETE FROM calendar_feed WHERE user_id = ?";
  private static final String ACTIVE_OWNER =
      "SELECT u.id FROM calendar_feed f JOIN user_account u ON u.id = f.user_id"
          + " WHERE f.token_hash = ? AND u.status = '"
          + UserAccount.ACTIVE
          + "'";

  /** Replaces the user's address, if there is one. */
  public void put(Tx tx, String userId, String tokenHash, Instant now) {
    tx.execute(PUT, userId, tokenHash, now);
  }

  public void delete(Tx tx, String userId) {
    tx.execute(DELETE, userId);
  }

  /**
   * Returns the user whose address it is, or null if the token is unknown or the account is
   * disabled.
   */
  public @Nullable String activeOwner(Sql sql, String tokenHash) {
    return sql.first(ACTIVE_OWNER, row -> row.getString("id"), tokenHash);
  }
}
