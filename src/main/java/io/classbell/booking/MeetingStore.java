package io.classbell.booking;

import com.fasterxml.jackson.core.type.TypeReference;
import io.classbell.booking.BookingApi.ReviewDecision;
import io.classbell.booking.BookingApi.ReviewReason;
import io.classbell.platform.bus.Json;
import io.classbell.platform.db.Columns;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All SQL that reads, locks and writes meetings. */
final class MeetingStore {
  static final String COLUMNS =
      "id, teacher_id, series_id, title, starts_at, duration_minutes, capacity, seats_taken, price,"
          + " status, room, opened_at, closed_at, cancelled_at, cancel_reason, review_state,"
          + " review_reasons, review_decision, sequence, created_at";

  private static final String BY_IDS = "SELECT " + COLUMNS + " FROM meeting WHERE id IN %s";

  private static final String OPEN = BY_IDS + " AND status = 'open'";

  private static final String LOCK =
      "SELECT "
          + COLUMNS
          + " FROM meeting FORCE INDEX (PRIMARY) WHERE id IN %s ORDER BY id FOR UPDATE";

  private static final String OVERLAPPING =
      "SELECT "
          + COLUMNS
          + " FROM meeting WHERE teacher_id = ? AND status IN ('scheduled', 'open')"
          + " AND starts_at < ? AND ends_at > ? ORDER BY starts_at, id";

  private static final Columns NEW =
      new Columns()
          .id("id")
          .id("teacher_id")
          .id("series_id")
          .text("title", 200)
          .instant("starts_at")
          .instant("ends_at")
          .number("duration_minutes")
          .number("capacity")
          .number("seats_taken")
          .number("price")
          .code("status", 10)
          .code("room", 64)
          .code("review_state", 10)
          .number("sequence")
          .instant("created_at")
          .instant("updated_at");

  private static final String INSERT = NEW.insertInto("meeting");

  private static final Columns CHANGED =
      new Columns()
          .id("id")
          .code("status", 10)
          .number("seats_taken")
          .instant("opened_at")
          .instant("closed_at")
          .instant("cancelled_at")
          .text("cancel_reason", 500)
          .code("review_state", 10)
          .longText("review_reasons")
          .longText("review_decision")
          .number("sequence")
          .instant("updated_at");

  private static final String SAVE =
      "UPDATE "
          + CHANGED.table()
          + " STRAIGHT_JOIN meeting m ON m.id = j.id SET m.status = j.status,"
          + " m.seats_taken = j.seats_taken, m.opened_at = j.opened_at, m.closed_at = j.closed_at,"
          + " m.cancelled_at = j.cancelled_at, m.cancel_reason = j.cancel_reason,"
          + " m.review_state = j.review_state, m.review_reasons = j.review_reasons,"
          + " m.review_decision = j.review_decision, m.sequence = j.sequence,"
          + " m.updated_at = j.updated_at";

  private static final Columns SEATS =
      new Columns().id("id").number("difference").instant("updated_at");

  private static final String ADD_SEATS =
      "UPDATE "
          + SEATS.table()
          + " STRAIGHT_JOIN meeting m ON m.id = j.id"
          + " SET m.seats_taken = m.seats_taken + j.difference, m.updated_at = j.updated_at";

  /** Without locks: by id, as of now. */
  Map<String, MeetingRow> byIds(Sql sql, Collection<String> ids) {
    return select(sql, BY_IDS, ids);
  }

  /** Without a lock; null where there is none. */
  @Nullable MeetingRow byId(Sql sql, String id) {
    return byIds(sql, List.of(id)).get(id);
  }

  /** Locks these meetings in id order; those that do not exist are left out. */
  Map<String, MeetingRow> lock(Tx tx, Collection<String> ids) {
    return select(tx, LOCK, ids);
  }

  /** Locks one; null where there is none. */
  @Nullable MeetingRow lock(Tx tx, String id) {
    return lock(tx, List.of(id)).get(id);
  }

  /** Which of these are open now. */
  Map<String, MeetingRow> openOf(Sql sql, Collection<String> ids) {
    return select(sql, OPEN, ids);
  }

  /** A teacher's live slots in [from, to); decide by it while the teacher's agenda is locked. */
  List<MeetingRow> overlapping(Sql sql, String teacherId, Instant from, Instant to) {
    return sql.list(OVERLAPPING, MeetingStore::row, teacherId, to, from);
  }

  void insert(Tx tx, List<MeetingRow> meetings) {
    List<@Nullable Object[]> rows = new ArrayList<>(meetings.size());
    for (MeetingRow m : meetings) {
      rows.add(
          new @Nullable Object[] {
            m.id(),
            m.teacherId(),
            m.seriesId(),
            m.title(),
            m.startsAt(),
            m.endsAt(),
            m.durationMinutes(),
            m.capacity(),
            m.seatsTaken(),
            m.price(),
            m.status().name(),
            m.room(),
            m.review().name(),
            m.sequence(),
            m.createdAt(),
            m.createdAt()
          });
    }
    tx.execute(INSERT, NEW.json(rows));
  }

  /** Writes what can change of meetings that are locked by this transaction. */
  void save(Tx tx, Collection<MeetingRow> meetings, Instant now) {
    if (meetings.isEmpty()) {
      return;
    }
    List<@Nullable Object[]> rows = new ArrayList<>(meetings.size());
    for (MeetingRow m : meetings) {
      ReviewDecision decision = m.reviewDecision();
      rows.add(
          new @Nullable Object[] {
            m.id(),
            m.status().name(),
            m.seatsTaken(),
            m.openedAt(),
            m.closedAt(),
            m.cancelledAt(),
            m.cancelReason(),
            m.review().name(),
            m.reviewReasons().isEmpty() ? null : Json.write(m.reviewReasons()),
            decision == null ? null : Json.write(decision),
            m.sequence(),
            now
          });
    }
    tx.execute(SAVE, CHANGED.json(rows));
  }

  /** Takes (or gives back) seats in meetings that are locked by this transaction. */
  void addSeats(Tx tx, Map<String, Integer> differences, Instant now) {
    if (differences.isEmpty()) {
      return;
    }
    List<@Nullable Object[]> rows = new ArrayList<>(differences.size());
    differences.forEach((id, n) -> rows.add(new @Nullable Object[] {id, n, now}));
    tx.execute(ADD_SEATS, SEATS.json(rows));
  }

  static MeetingRow row(Row r) {
    String reasons = r.getString("review_reasons");
    String decision = r.getString("review_decision");
    return new MeetingRow(
        r.getString("id"),
        r.getString("teacher_id"),
        r.getString("series_id"),
        r.getString("title"),
        Sql.instant(r, "starts_at"),
        r.getInteger("duration_minutes"),
        r.getInteger("capacity"),
        r.getInteger("seats_taken"),
        r.getLong("price"),
        MeetingRow.Status.valueOf(r.getString("status")),
        r.getString("room"),
        Sql.instantOrNull(r, "opened_at"),
        Sql.instantOrNull(r, "closed_at"),
        Sql.instantOrNull(r, "cancelled_at"),
        r.getString("cancel_reason"),
        MeetingRow.Review.valueOf(r.getString("review_state")),
        reasons == null ? List.of() : reasons(reasons),
        decision == null ? null : Json.read(decision, ReviewDecision.class),
        r.getInteger("sequence"),
        Sql.instant(r, "created_at"));
  }

  private static List<ReviewReason> reasons(String json) {
    return Json.read(
        json.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        Json.mapper().constructType(new TypeReference<List<ReviewReason>>() {}));
  }

  private static Map<String, MeetingRow> select(Sql sql, String text, Collection<String> ids) {
    Map<String, MeetingRow> found = new LinkedHashMap<>();
    if (!ids.isEmpty()) {
      String statement = text.formatted(InList.marks(ids.size()));
      sql.list(statement, MeetingStore::row, InList.parameters(List.of(), ids))
          .forEach(m -> found.put(m.id(), m));
    }
    return found;
  }
}
