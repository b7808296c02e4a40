package io.classbell.account.store;

import io.classbell.account.model.UserAccount;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.db.Columns;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The SQL of {@code user_account}. */
public final class AccountStore {
  public static final String EMAIL_KEY = "uq_user_account_email";

  private static final String COLUMNS =
      "u.id, u.email, u.password_hash, u.name, u.role, u.status, u.timezone, u.locale,"
          + " u.created_at, u.command_id, u.email_verified";
  private static final String SELECT = "SELECT " + COLUMNS + " FROM user_account u ";
  private static final Columns IDS = new Columns().id("id");

  private static final String INSERT =
      "INSERT INTO user_account (id, email, password_hash, name, role, status, timezone, locale, "
          + "command_id, email_verified, created_at, updated_at)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final String BY_EMAIL = SELECT + "WHERE u.email = ?";
  private static final String BY_ID = SELECT + "WHERE u.id = ?";
  private static final String LOCKED = BY_ID + " FOR UPDATE";
  private static final String BY_IDS =
      "SELECT " + COLUMNS + " FROM " + IDS.table() + " JOIN user_account u ON u.id = j.id";
  private static final String ADMINS =
      SELECT + "WHERE u.role = 'admin' AND u.status = 'active' ORDER BY u.name, u.id";
  private static final String TEACHERS =
      SELECT
          + "WHERE u.role = 'teacher' AND u.status = 'active' "
          + "AND (u.name > ? OR (u.name = ? AND u.id > ?)) ORDER BY u.name, u.id LIMIT ?";
  private static final String PAGE = SELECT + "WHERE u.id < ?";
  private static final String LOCK_ACTIVE_ADMINS =
      "SELECT id FROM user_account WHERE role = 'admin' AND status = 'active' ORDER BY name, id"
          + " FOR UPDATE";
  private static final String UPDATE_ACCESS =
      "UPDATE user_account SET role = ?, status = ?, updated_at = ? WHERE id = ?";
  private static final String UPDATE =
      "UPDATE user_account SET name = ?, timezone = ?, locale = ?, password_hash = ?, updated_at ="
          + " ? WHERE id = ?";
  private static final String UPDATE_HASH =
      "UPDATE user_account SET password_hash = ?, updated_at = ? WHERE id = ?";

  private static final String VERIFY_EMAIL =
      "UPDATE user_account SET email_verified = 1, updated_at = ? WHERE id = ?";

  public void insert(Tx tx, UserAccount a) {
    tx.write(
        INSERT,
        a.id(),
        a.email(),
        a.passwordHash(),
        a.name(),
        a.role().name(),
        a.status(),
        a.timezone(),
        a.locale(),
        a.commandId(),
        a.emailVerified() ? 1 : 0,
        a.createdAt(),
        a.createdAt());
  }

  public @Nullable UserAccount byEmail(Sql sql, String email) {
    return sql.first(BY_EMAIL, AccountStore::row, email);
  }

  public @Nullable UserAccount byId(Sql sql, String id) {
    return sql.first(BY_ID, AccountStore::row, id);
  }

  /**
   * Locks an account: until the transaction ends, no other transaction can change it or start a
   * session for it.
   */
  public @Nullable UserAccount lock(Tx tx, String id) {
    return tx.first(LOCKED, AccountStore::row, id);
  }

  public List<UserAccount> byIds(Sql sql, Collection<String> ids) {
    List<@Nullable Object[]> rows = ids.stream().map(id -> new @Nullable Object[] {id}).toList();
    return sql.list(BY_IDS, AccountStore::row, IDS.json(rows));
  }

  public List<UserAccount> admins(Sql sql) {
    return sql.list(ADMINS, AccountStore::row);
  }

  /** Returns active teachers after this name and id, ordered by name and id. */
  public List<UserAccount> teachersAfter(Sql sql, String name, String id, int limit) {
    return sql.list(TEACHERS, AccountStore::row, name, name, id, limit);
  }

  /**
   * Locks the active admins, so that of two admins who disable each other at the same time only one
   * succeeds. Returns their ids.
   */
  public Set<String> lockActiveAdmins(Tx tx) {
    return Set.copyOf(tx.list(LOCK_ACTIVE_ADMINS, row -> row.getString("id")));
  }

  public void updateAccess(Tx tx, UserAccount a, Instant now) {
    tx.write(UPDATE_ACCESS, a.role().name(), a.status(), now, a.id());
  }

  /**
   * Returns accounts with an id lower than this one, newest first.
   *
   * @param text part of the name or of the e-mail address, in any case; null for all
   */
  public List<UserAccount> before(
      Sql sql,
      String id,
      @Nullable String text,
      @Nullable Role role,
      @Nullable String status,
      int limit) {
    StringBuilder query = new StringBuilder(PAGE);
    List<@Nullable Object> parameters = new ArrayList<>();
    parameters.add(id);
    if (role != null) {
      query.append(" AND u.role = ?");
      parameters.add(role.name());
    }
    if (status != null) {
      query.append(" AND u.status = ?");
      parameters.add(status);
    }
    if (text != null) {
      query.append(" AND (u.name LIKE ? OR u.email LIKE ?)");
      parameters.add(containing(text));
      parameters.add(containing(text.toLowerCase(Locale.ROOT)));
    }
    query.append(" ORDER BY u.id DESC LIMIT ?");
    parameters.add(limit);
    return sql.list(query.toString(), AccountStore::row, parameters.toArray());
  }

  private static String containing(String text) {
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
  }

  public void update(Tx tx, UserAccount a, Instant now) {
    tx.write(UPDATE, a.name(), a.timezone(), a.locale(), a.passwordHash(), now, a.id());
  }

  public void updateHash(Tx tx, String id, String hash, Instant now) {
    tx.write(UPDATE_HASH, hash, now, id);
  }

  public void verifyEmail(Tx tx, String id, Instant now) {
    tx.write(VERIFY_EMAIL, now, id);
  }

  private static UserAccount row(Row row) {
    return new UserAccount(
        row.getString("id"),
        row.getString("email"),
        row.getString("password_hash"),
        row.getString("name"),
        Role.valueOf(row.getString("role")),
        row.getString("status"),
        row.getString("timezone"),
        row.getString("locale"),
        Sql.instant(row, "created_at"),
        row.getString("command_id"),
        row.getInteger("email_verified") != 0);
  }
}
