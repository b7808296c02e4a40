package io.classbell.platform.adminlog;

import io.classbell.platform.Ids;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.platform.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of {@code admin_action}. The table is append-only: the application's database user may
 * neither change nor delete rows.
 */
public final class AdminLog {
  private static final int LONGEST_REASON = 1_000;
  private static final String INSERT =
      "INSERT INTO admin_action (id, at, admin_id, action, subject_type, subject_id, reason,"
          + " state_before, state_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final String SELECT =
      "SELECT id, at, admin_id, action, subject_type, subject_id, reason, state_before, state_after"
          + " FROM admin_action WHERE 1 = 1";

  /** An action as it was recorded; {@code at} is platform time. */
  public record Recorded(String id, Instant at, AdminAction action) {}

  /** Conditions of a list; null means any. {@code beforeId}: only older actions. */
  public record Filter(
      @Nullable String adminId,
      @Nullable String action,
      @Nullable String subjectId,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String beforeId) {}

  /** Records an action in its transaction. */
  public static void record(Tx tx, Instant at, AdminAction action) {
    tx.write(
        INSERT,
        Ids.next(),
        at,
        action.adminId(),
        action.action(),
        action.subjectType(),
        action.subjectId(),
        fitting(action.reason()),
        json(action.before()),
        json(action.after()));
  }

  /** Returns actions, newest first. */
  public static List<Recorded> list(Sql sql, Filter filter, int limit) {
    StringBuilder text = new StringBuilder(SELECT);
    List<@Nullable Object> parameters = new ArrayList<>();
    and(text, parameters, " AND admin_id = ?", filter.adminId());
    and(text, parameters, " AND action = ?", filter.action());
    and(text, parameters, " AND subject_id = ?", filter.subjectId());
    and(text, parameters, " AND at >= ?", filter.from());
    and(text, parameters, " AND at < ?", filter.to());
    and(text, parameters, " AND id < ?", filter.beforeId());
    text.append(" ORDER BY id DESC LIMIT ?");
    parameters.add(limit);
    return sql.list(text.toString(), AdminLog::recorded, parameters.toArray());
  }

  private static void and(
      StringBuilder text,
      List<@Nullable Object> parameters,
      String condition,
      @Nullable Object value) {
    if (value != null) {
      text.append(condition);
      parameters.add(value);
    }
  }

  private static Recorded recorded(Row row) {
    return new Recorded(
        row.getString("id"),
        Sql.instant(row, "at"),
        new AdminAction(
            row.getString("admin_id"),
            row.getString("action"),
            row.getString("subject_type"),
            row.getString("subject_id"),
            row.getString("reason"),
            map(row.getString("state_before")),
            map(row.getString("state_after"))));
  }

  private static @Nullable String json(Map<String, Object> values) {
    return values.isEmpty() ? null : Json.write(values);
  }

  private static Map<String, Object> map(@Nullable String json) {
    return json == null ? Map.of() : new JsonObject(json).getMap();
  }

  private static @Nullable String fitting(@Nullable String reason) {
    return reason == null || reason.codePointCount(0, reason.length()) <= LONGEST_REASON
        ? reason
        : reason.substring(0, reason.offsetByCodePoints(0, LONGEST_REASON));
  }

  private AdminLog() {}
}
