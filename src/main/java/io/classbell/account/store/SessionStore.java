package io.classbell.account.store;

import io.classbell.platform.db.Columns;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of sessions and refresh tokens. Lock order: a token before its session, a user before the
 * user's sessions. Real time.
 */
public final class SessionStore {

  /** Why a session ended before it expired. */
  public enum EndReason {
    logout,
    reuse,
    password,
    disabled
  }

  public record SessionRow(String id, String userId, Instant expiresAt, boolean ended) {

    public boolean isLive(Instant now) {
      return !ended && expiresAt.isAfter(now);
    }
  }

  /**
   * @param usedAt when it was exchanged for its successor; null for the session's current token
   */
  public record TokenRow(String sessionId, @Nullable Instant usedAt) {

    public boolean isCurrentOrUsedAfter(Instant instant) {
      return usedAt == null || usedAt.isAfter(instant);
    }
  }

  public record EndedRow(String id, Instant endedAt) {}

  private static final Columns IDS = new Columns().id("id");

  private static final String INSERT =
      "INSERT INTO session (id, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)";
  private static final String INSERT_TOKEN =
      "INSERT INTO refresh_token (token_hash, session_id, issued_at) VALUES (?, ?, ?)";
  private static final String FIND_TOKEN =
      "SELECT session_id, used_at FROM refresh_token WHERE token_hash = ?";
  private static final String LOCK_TOKEN = FIND_TOKEN + " FOR UPDATE";
  private static final String LOCK_SESSION =
      "SELECT id, user_id, expires_at, ended_at FROM session WHERE id = ? FOR UPDATE";
  private static final String LOCK_LIVE =
      "SELECT id FROM session WHERE user_id = ? AND ended_at IS NULL AND expires_at > ? "
          + "ORDER BY id FOR UPDATE";
  private static final String USE_TOKEN =
      "UPDATE refresh_token SET used_at = ? WHERE token_hash = ?";
  private static final String EXTEND = "UPDATE session SET expires_at = ? WHERE id = ?";
  private static final String END =
      "UPDATE session JOIN "
          + IDS.table()
          + " ON session.id = j.id SET session.ended_at = ?, session.end_reason = ?";
  private static final String ENDED_SINCE =
      "SELECT id, ended_at FROM session WHERE ended_at >= ? ORDER BY ended_at, id LIMIT ?";
  private static final String OLD =
      "SELECT id FROM session WHERE expires_at < ? ORDER BY expires_at LIMIT ?";
  private static final String ENDED_LONG_AGO =
      "SELECT id FROM session WHERE ended_at < ? ORDER BY ended_at LIMIT ?";
  private static final int MOST_TOKENS_AT_ONCE = 1_000;
  private static final String DELETE_USED =
      "DELETE FROM refresh_token WHERE used_at < ? ORDER BY used_at LIMIT " + MOST_TOKENS_AT_ONCE;
  private static final String DELETE_TOKENS =
      "DELETE refresh_token FROM refresh_token JOIN "
          + IDS.table()
          + " ON refresh_token.session_id = j.id";
  private static final String DELETE =
      "DELETE session FROM session JOIN " + IDS.table() + " ON session.id = j.id";

  public void insert(Tx tx, String id, String userId, Instant now, Duration life) {
    tx.write(INSERT, id, userId, now, now.plus(life));
  }

  public void insertToken(Tx tx, String hash, String sessionId, Instant now) {
    tx.write(INSERT_TOKEN, hash, sessionId, now);
  }

  public @Nullable TokenRow lockToken(Tx tx, String hash) {
    return tx.first(LOCK_TOKEN, SessionStore::token, hash);
  }

  public @Nullable TokenRow find(Sql sql, String hash) {
    return sql.first(FIND_TOKEN, SessionStore::token, hash);
  }

  public @Nullable SessionRow lock(Tx tx, String id) {
    return tx.first(LOCK_SESSION, SessionStore::session, id);
  }

  public List<String> lockLiveOf(Tx tx, String userId, Instant now) {
    return tx.list(LOCK_LIVE, row -> row.getString("id"), userId, now);
  }

  public void useToken(Tx tx, String hash, Instant now) {
    tx.write(USE_TOKEN, now, hash);
  }

  public void extend(Tx tx, String id, Instant expiresAt) {
    tx.write(EXTEND, expiresAt, id);
  }

  public void end(Tx tx, Collection<String> ids, EndReason reason, Instant now) {
    tx.write(END, IDS.json(rows(ids)), now, reason.name());
  }

  public List<EndedRow> endedSince(Sql sql, Instant since, int limit) {
    return sql.list(
        ENDED_SINCE,
        row -> new EndedRow(row.getString("id"), Sql.instant(row, "ended_at")),
        since,
        limit);
  }

  /** Returns ids of sessions whose tokens have all expired. */
  public List<String> expiredBefore(Sql sql, Instant before, int limit) {
    return sql.list(OLD, row -> row.getString("id"), before, limit);
  }

  public List<String> endedBefore(Sql sql, Instant before, int limit) {
    return sql.list(ENDED_LONG_AGO, row -> row.getString("id"), before, limit);
  }

  /** Deletes a batch of used tokens, oldest first; returns whether there may be more. */
  public boolean deleteUsedBefore(Tx tx, Instant before) {
    return tx.execute(DELETE_USED, before) == MOST_TOKENS_AT_ONCE;
  }

  public void delete(Tx tx, Collection<String> ids) {
    tx.write(DELETE_TOKENS, IDS.json(rows(ids)));
    tx.write(DELETE, IDS.json(rows(ids)));
  }

  private static List<@Nullable Object[]> rows(Collection<String> ids) {
    return ids.stream().sorted().map(id -> new @Nullable Object[] {id}).toList();
  }

  private static TokenRow token(Row row) {
    return new TokenRow(row.getString("session_id"), Sql.instantOrNull(row, "used_at"));
  }

  private static SessionRow session(Row row) {
    return new SessionRow(
        row.getString("id"),
        row.getString("user_id"),
        Sql.instant(row, "expires_at"),
        Sql.instantOrNull(row, "ended_at") != null);
  }
}
