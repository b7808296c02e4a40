package io.classbell.account.store;

import io.classbell.platform.db.Tx;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The SQL of {@code account_mail_limit}. Real time. */
public final class AccountMailLimitStore {
  private static final String CREATE =
      "INSERT INTO account_mail_limit (limit_key, sent_at, expires_at) VALUES (?, '', ?)"
          + " ON DUPLICATE KEY UPDATE limit_key = VALUES(limit_key)";
  private static final String LOCK =
      "SELECT sent_at FROM account_mail_limit WHERE limit_key = ? FOR UPDATE";
  private static final String UPDATE =
      "UPDATE account_mail_limit SET sent_at = ?, expires_at = ? WHERE limit_key = ?";
  private static final int MOST_AT_ONCE = 1_000;
  private static final String DELETE_OLD =
      "DELETE FROM account_mail_limit WHERE expires_at < ? ORDER BY expires_at LIMIT "
          + MOST_AT_ONCE;

  /** Locks the row of a key, creating it if needed; returns the instants in it, oldest first. */
  public List<Instant> lock(Tx tx, String key, Instant expiresAt) {
    tx.write(CREATE, key, expiresAt);
    String sentAt = tx.first(LOCK, row -> row.getString("sent_at"), key);
    return instants(sentAt);
  }

  public void update(Tx tx, String key, List<Instant> sentAt, Instant expiresAt) {
    String text =
        sentAt.stream()
            .map(instant -> Long.toString(instant.toEpochMilli()))
            .collect(Collectors.joining(","));
    tx.write(UPDATE, text, expiresAt, key);
  }

  /** Deletes some of the expired rows; returns whether there may be more. */
  public boolean deleteExpired(Tx tx, Instant now) {
    return tx.execute(DELETE_OLD, now) == MOST_AT_ONCE;
  }

  private static List<Instant> instants(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return List.of();
    }
    return Arrays.stream(text.split(","))
        .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis)))
        .toList();
  }
}
