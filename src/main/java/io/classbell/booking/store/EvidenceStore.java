package io.classbell.booking.store;

import io.classbell.booking.model.Evidence;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Insert;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.platform.json.Json;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All SQL of the evidence. Rows are added and read, never changed or removed. */
public final class EvidenceStore {
  private static final Insert ROWS =
      Insert.into(
          "evidence",
          "meeting_id",
          "at",
          "id",
          "kind",
          "user_id",
          "booking_id",
          "actor",
          "details");

  private static final String SELECT =
      "SELECT meeting_id, at, id, kind, user_id, booking_id, actor, details FROM evidence"
          + " WHERE meeting_id = ?";

  private static final String ANY_OF_USER =
      "SELECT 1 AS one FROM evidence WHERE meeting_id = ? AND user_id = ? LIMIT 1";

  /** Whose entries are read: those of the class, those of everybody, or those of some people. */
  public record Filter(boolean ofClass, boolean ofEverybody, List<String> ofUsers) {}

  public void add(Tx tx, List<Evidence> entries) {
    ROWS.rows(tx, entries.stream().map(EvidenceStore::values).toList());
  }

  /** Returns entries of a meeting in order; those after {@code (at, id)} if these are given. */
  public List<Evidence> list(
      Sql sql,
      String meetingId,
      Filter filter,
      @Nullable Instant at,
      @Nullable String id,
      int limit) {
    StringBuilder text = new StringBuilder(SELECT);
    List<@Nullable Object> parameters = new ArrayList<>(List.of(meetingId));
    if (at != null) {
      text.append(" AND at >= ? AND (at > ? OR id > ?)");
      parameters.add(at);
      parameters.add(at);
      parameters.add(id);
    }
    if (!filter.ofEverybody) {
      addUsers(text, parameters, filter.ofClass, filter.ofUsers);
    }
    text.append(" ORDER BY meeting_id, at, id LIMIT ?");
    parameters.add(limit);
    return sql.list(text.toString(), EvidenceStore::row, parameters.toArray());
  }

  private static void addUsers(
      StringBuilder text,
      List<@Nullable Object> parameters,
      boolean withClass,
      Collection<String> userIds) {
    text.append(" AND (user_id IN ").append(InList.marks(userIds.size()));
    Collections.addAll(parameters, InList.parameters(List.of(), userIds));
    text.append(withClass ? " OR user_id IS NULL)" : ")");
  }

  /** Whether any entry concerns this person. */
  public boolean concerns(Sql sql, String meetingId, String userId) {
    return sql.first(ANY_OF_USER, r -> r.getLong("one"), meetingId, userId) != null;
  }

  private static @Nullable Object[] values(Evidence e) {
    return new @Nullable Object[] {
      e.meetingId(),
      e.at(),
      e.id(),
      e.kind().name(),
      e.userId(),
      e.bookingId(),
      e.actor(),
      e.details().equals(Evidence.Details.NONE) ? null : Json.write(e.details())
    };
  }

  private static Evidence row(Row r) {
    String details = r.getString("details");
    return new Evidence(
        r.getString("id"),
        r.getString("meeting_id"),
        Sql.instant(r, "at"),
        Evidence.Kind.valueOf(r.getString("kind")),
        r.getString("user_id"),
        r.getString("booking_id"),
        r.getString("actor"),
        details == null ? Evidence.Details.NONE : Json.read(details, Evidence.Details.class));
  }
}
