package io.classbell.booking.store;

import com.fasterxml.jackson.core.type.TypeReference;
import io.classbell.booking.api.MeetingApi.ReviewDecision;
import io.classbell.booking.api.MeetingApi.ReviewReason;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.SlotDetails;
import io.classbell.platform.db.Insert;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.platform.json.Json;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All SQL that reads, locks and writes meetings. */
public final class MeetingStore {
  static final String COLUMNS =
      "id, teacher_id, series_id, title, starts_at, duration_minutes, capacity, seats_taken, price,"
          + " status, room, opened_at, closed_at, cancelled_at, cancelled_by, cancel_reason,"
          + " review_state, review_reasons, review_decision, sequence, created_at,"
          + " description, subject, language, version";

  private static final String BY_IDS = "SELECT " + COLUMNS + " FROM meeting WHERE id IN %s";

  private static final String OPEN = BY_IDS + " AND status = 'open'";

  private static final String LOCK =
      "SELECT "
          + COLUMNS
          + " FROM meeting FORCE INDEX (PRIMARY) WHERE id IN %s ORDER BY id FOR UPDATE";

  private static final String LOCK_FREE = LOCK + " SKIP LOCKED";

  /**
   * Longest possible class (the setting's upper bound): meetings that started earlier cannot
   * overlap.
   */
  static final Duration LONGEST = Duration.ofMinutes(10_080);

  private static final String OVERLAPPING =
      "SELECT "
          + COLUMNS
          + " FROM meeting WHERE teacher_id = ? AND status IN ('scheduled', 'open')"
          + " AND starts_at > ? AND starts_at < ? AND ends_at > ? ORDER BY starts_at, id";

  private static final Insert MEETINGS =
      Insert.into(
          "meeting",
          "id",
          "teacher_id",
          "series_id",
          "title",
          "starts_at",
          "ends_at",
          "duration_minutes",
          "capacity",
          "seats_taken",
          "price",
          "status",
          "room",
          "opened_at",
          "closed_at",
          "cancelled_at",
          "cancelled_by",
          "cancel_reason",
          "review_state",
          "review_reasons",
          "review_decision",
          "sequence",
          "created_at",
          "updated_at",
          "description",
          "subject",
          "language");

  private static final String NEXT_VERSION = "version = version + 1";

  private static final Insert CHANGED =
      MEETINGS.orUpdate(
          NEXT_VERSION,
          "status",
          "seats_taken",
          "opened_at",
          "closed_at",
          "cancelled_at",
          "cancelled_by",
          "cancel_reason",
          "review_state",
          "review_reasons",
          "review_decision",
          "sequence",
          "updated_at");

  private static final String DESCRIBE =
      "UPDATE meeting SET title = ?, capacity = ?, price = ?, description = ?, subject = ?,"
          + " language = ?, sequence = ?, updated_at = ?, "
          + NEXT_VERSION
          + " WHERE id = ?";

  /** Both lists are padded in the same way, so that a meeting has the same index in both. */
  private static final String ADD_SEATS =
      "UPDATE meeting FORCE INDEX (PRIMARY) SET seats_taken = seats_taken"
          + " + CAST(ELT(FIELD(id, %1$s), %1$s) AS SIGNED), updated_at = ?, "
          + NEXT_VERSION
          + " WHERE id IN (%1$s)";

  private static final RowReader<Meeting> ROWS = new RowReader<>(MeetingStore::row, Meeting::id);

  /** Returns meetings by id, without locks. */
  public Map<String, Meeting> byIds(Sql sql, Collection<String> ids) {
    return ROWS.select(sql, BY_IDS, ids);
  }

  /** Returns a meeting without a lock; null if there is none. */
  public @Nullable Meeting byId(Sql sql, String id) {
    return byIds(sql, List.of(id)).get(id);
  }

  /** Locks these meetings in id order; unknown ids are omitted. */
  public Map<String, Meeting> lock(Tx tx, Collection<String> ids) {
    return ROWS.select(tx, LOCK, ids);
  }

  /**
   * Like {@link #lock(Tx, Collection)} but without waiting: meetings that are locked by others are
   * omitted.
   */
  public Map<String, Meeting> lockFree(Tx tx, Collection<String> ids) {
    return ROWS.select(tx, LOCK_FREE, ids);
  }

  /** Locks a meeting; null if there is none. */
  public @Nullable Meeting lock(Tx tx, String id) {
    return lock(tx, List.of(id)).get(id);
  }

  /** Returns those of these meetings that are open. */
  public Map<String, Meeting> openOf(Sql sql, Collection<String> ids) {
    return ROWS.select(sql, OPEN, ids);
  }

  /** Returns a teacher's live slots in [from, to); call it while the teacher's agenda is locked. */
  public List<Meeting> overlapping(Sql sql, String teacherId, Instant from, Instant to) {
    return sql.list(OVERLAPPING, MeetingStore::row, teacherId, from.minus(LONGEST), to, from);
  }

  public void insert(Tx tx, List<Meeting> meetings) {
    MEETINGS.rows(tx, meetings.stream().map(m -> values(m, m.createdAt())).toList());
  }

  /** Writes the mutable columns of meetings that this transaction has locked. */
  public void save(Tx tx, Collection<Meeting> meetings, Instant now) {
    CHANGED.rows(tx, meetings.stream().map(m -> values(m, now)).toList());
  }

  /** Writes the description, the capacity and the price of a slot that is locked. */
  public void describe(Tx tx, Meeting m, Instant now) {
    tx.write(
        DESCRIBE,
        m.title(),
        m.capacity(),
        m.price(),
        m.details().description(),
        m.details().subject(),
        m.details().language(),
        m.sequence(),
        now,
        m.id());
  }

  /** Takes or returns seats in meetings that this transaction has locked. */
  public void addSeats(Tx tx, Map<String, Integer> differences, Instant now) {
    if (differences.isEmpty()) {
      return;
    }
    List<@Nullable Object> ids = new ArrayList<>(differences.keySet());
    List<@Nullable Object> numbers = new ArrayList<>(differences.values());
    while (Integer.bitCount(ids.size()) != 1) {
      ids.add(ids.getLast());
      numbers.add(numbers.getLast());
    }
    List<@Nullable Object> parameters = new ArrayList<>(ids);
    parameters.addAll(numbers);
    parameters.add(now);
    parameters.addAll(ids);
    String marks = String.join(",", Collections.nCopies(ids.size(), "?"));
    tx.write(ADD_SEATS.formatted(marks), parameters.toArray());
  }

  private static @Nullable Object[] values(Meeting m, Instant updatedAt) {
    ReviewDecision decision = m.reviewDecision();
    return new @Nullable Object[] {
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
      m.openedAt(),
      m.closedAt(),
      m.cancelledAt(),
      m.cancelledBy(),
      m.cancelReason(),
      m.review().name(),
      m.reviewReasons().isEmpty() ? null : Json.write(m.reviewReasons()),
      decision == null ? null : Json.write(decision),
      m.sequence(),
      m.createdAt(),
      updatedAt,
      m.details().description(),
      m.details().subject(),
      m.details().language()
    };
  }

  static Meeting row(Row r) {
    String reasons = r.getString("review_reasons");
    String decision = r.getString("review_decision");
    return new Meeting(
        r.getString("id"),
        r.getString("teacher_id"),
        r.getString("series_id"),
        r.getString("title"),
        Sql.instant(r, "starts_at"),
        r.getInteger("duration_minutes"),
        r.getInteger("capacity"),
        r.getInteger("seats_taken"),
        r.getLong("price"),
        Meeting.Status.valueOf(r.getString("status")),
        r.getString("room"),
        Sql.instantOrNull(r, "opened_at"),
        Sql.instantOrNull(r, "closed_at"),
        Sql.instantOrNull(r, "cancelled_at"),
        r.getString("cancelled_by"),
        r.getString("cancel_reason"),
        Meeting.Review.valueOf(r.getString("review_state")),
        reasons == null ? List.of() : reasons(reasons),
        decision == null ? null : Json.read(decision, ReviewDecision.class),
        r.getInteger("sequence"),
        Sql.instant(r, "created_at"),
        new SlotDetails(
            r.getString("description"), r.getString("subject"), r.getString("language")),
        r.getLong("version"));
  }

  private static List<ReviewReason> reasons(String json) {
    return Json.read(
        json.getBytes(StandardCharsets.UTF_8),
        Json.mapper().constructType(new TypeReference<List<ReviewReason>>() {}));
  }
}
