package io.classbell.booking.store;

import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Move;
import io.classbell.booking.model.PendingAction;
import io.classbell.booking.model.RejectedAttempt;
import io.classbell.booking.model.Settlement;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All SQL that reads, locks and writes bookings: the table {@code meeting_participant}. */
public final class ParticipantStore {

  static final String COLUMNS =
      "id, meeting_id, student_id, teacher_id, status, reason, price, policy, starts_at, ends_at,"
          + " attendance, money, settlement, cancelled_by, sequence, moving_to, move, created_at";

  private static final String SELECT = "SELECT " + COLUMNS + " FROM meeting_participant ";
  private static final String BY_IDS = SELECT + "WHERE id IN %s";

  /** The bookings for which {@link PendingAction} returns an action. */
  private static final String UNDER_WAY =
      BY_IDS + " AND (money IN ('asked', 'settling', 'voiding') OR moving_to IS NOT NULL)";

  private static final String LOCK =
      SELECT + "FORCE INDEX (PRIMARY) WHERE id IN %s ORDER BY id FOR UPDATE";

  private static final String LOCK_LIVE_OF_MEETINGS =
      SELECT + "WHERE meeting_id IN %s AND live = 1 ORDER BY id FOR UPDATE";

  private static final String LIVE_OF_MEETINGS =
      SELECT + "WHERE meeting_id IN %s AND live = 1 ORDER BY id";
  private static final String LIVE_OF_MEETING =
      SELECT + "WHERE meeting_id = ? AND live = 1 ORDER BY id";

  private static final String MOVING_TO = SELECT + "WHERE moving_to IN %s ORDER BY id";

  private static final String LOCK_PENDING =
      "SELECT id FROM meeting_participant FORCE INDEX (PRIMARY)"
          + " WHERE id IN %s AND status = 'pending' ORDER BY id FOR UPDATE";

  private static final String MEETING_IDS =
      "SELECT id, meeting_id FROM meeting_participant WHERE id IN %s";

  private static final String OF_STUDENT = SELECT + "WHERE meeting_id = ? AND student_id = ?";

  private static final String REJECTED =
      "SELECT meeting_id, student_id FROM meeting_participant WHERE meeting_id IN %s"
          + " AND student_id IN %s AND status = 'rejected' AND reason = 'insufficient_credits'";

  private static final Insert BOOKINGS =
      Insert.into(
          "meeting_participant",
          "id",
          "meeting_id",
          "student_id",
          "teacher_id",
          "status",
          "live",
          "reason",
          "price",
          "policy",
          "starts_at",
          "ends_at",
          "attendance",
          "money",
          "settlement",
          "cancelled_by",
          "sequence",
          "moving_to",
          "move",
          "created_at",
          "updated_at");

  private static final Insert CHANGED =
      BOOKINGS.orUpdate(
          "meeting_id",
          "teacher_id",
          "status",
          "live",
          "reason",
          "price",
          "starts_at",
          "ends_at",
          "attendance",
          "money",
          "settlement",
          "cancelled_by",
          "sequence",
          "moving_to",
          "move",
          "updated_at");

  private static final String CONFIRM =
      "UPDATE meeting_participant SET status = 'confirmed', money = 'held', updated_at = ?"
          + " WHERE id IN %s";

  private static final String SETTLED =
      "UPDATE meeting_participant SET money = 'settled', updated_at = ? WHERE id IN %s";

  private static final RowReader<Booking> ROWS =
      new RowReader<>(ParticipantStore::row, Booking::id);

  /** Returns bookings by id, without locks. */
  public Map<String, Booking> byIds(Sql sql, Collection<String> ids) {
    return ROWS.select(sql, BY_IDS, ids);
  }

  /** Returns a booking without a lock; null if there is none. */
  public @Nullable Booking byId(Sql sql, String id) {
    return byIds(sql, List.of(id)).get(id);
  }

  /** Returns those of these bookings that have work in progress, without locks. */
  public Map<String, Booking> underWay(Sql sql, Collection<String> ids) {
    return ROWS.select(sql, UNDER_WAY, ids);
  }

  /** Locks these bookings in id order; lock their meetings before. */
  public Map<String, Booking> lock(Tx tx, Collection<String> ids) {
    return ROWS.select(tx, LOCK, ids);
  }

  /** Locks the live bookings of meetings that are locked already. */
  public Map<String, Booking> lockLiveOf(Tx tx, Collection<String> meetingIds) {
    return ROWS.select(tx, LOCK_LIVE_OF_MEETINGS, meetingIds);
  }

  /** Returns the live bookings of a meeting, without locks. */
  public List<Booking> liveOf(Sql sql, String meetingId) {
    return sql.list(LIVE_OF_MEETING, ParticipantStore::row, meetingId);
  }

  /** Returns the bookings that are moving into these meetings; each occupies a seat there. */
  List<Booking> movingTo(Sql sql, Collection<String> meetingIds) {
    return List.copyOf(ROWS.select(sql, MOVING_TO, meetingIds).values());
  }

  /** Locks those of these bookings that are still pending. */
  public Set<String> lockPending(Tx tx, Collection<String> ids) {
    if (ids.isEmpty()) {
      return Set.of();
    }
    String statement = LOCK_PENDING.formatted(InList.marks(ids.size()));
    return new HashSet<>(
        tx.list(statement, r -> r.getString("id"), InList.parameters(List.of(), ids)));
  }

  /** Returns the current meeting of each booking, without locks; unknown ids are omitted. */
  public Map<String, String> meetingIds(Sql sql, Collection<String> ids) {
    Map<String, String> found = new HashMap<>();
    String statement = MEETING_IDS.formatted(InList.marks(ids.size()));
    sql.list(
            statement,
            r -> Map.entry(r.getString("id"), r.getString("meeting_id")),
            InList.parameters(List.of(), ids))
        .forEach(e -> found.put(e.getKey(), e.getValue()));
    return found;
  }

  /** Returns the live bookings of meetings, without locks. */
  public List<Booking> liveOf(Sql sql, Collection<String> meetingIds) {
    return List.copyOf(ROWS.select(sql, LIVE_OF_MEETINGS, meetingIds).values());
  }

  /** Returns a student's bookings in a meeting, in any status, without locks. */
  public List<Booking> of(Sql sql, String meetingId, String studentId) {
    return sql.list(OF_STUDENT, ParticipantStore::row, meetingId, studentId);
  }

  /**
   * Returns which of these students were rejected in which of these meetings for insufficient
   * credits.
   */
  public Set<RejectedAttempt> rejected(
      Tx tx, Collection<String> meetingIds, Collection<String> studentIds) {
    List<@Nullable Object> parameters = new ArrayList<>();
    Collections.addAll(parameters, InList.parameters(List.of(), meetingIds));
    Collections.addAll(parameters, InList.parameters(List.of(), studentIds));
    return new HashSet<>(
        tx.list(
            REJECTED.formatted(InList.marks(meetingIds.size()), InList.marks(studentIds.size())),
            r -> new RejectedAttempt(r.getString("meeting_id"), r.getString("student_id")),
            parameters.toArray()));
  }

  public void insert(Tx tx, List<Booking> bookings, Instant now) {
    BOOKINGS.rows(tx, bookings.stream().map(b -> values(b, now)).toList());
  }

  /** Writes the mutable columns of bookings that this transaction has locked. */
  public void save(Tx tx, Collection<Booking> bookings, Instant now) {
    CHANGED.rows(tx, bookings.stream().map(b -> values(b, now)).toList());
  }

  private static @Nullable Object[] values(Booking b, Instant updatedAt) {
    Settlement settlement = b.settlement();
    Move move = b.move();
    return new @Nullable Object[] {
      b.id(),
      b.meetingId(),
      b.studentId(),
      b.teacherId(),
      b.status().name(),
      b.status().live() ? 1 : null,
      b.reason(),
      b.price(),
      PolicyJson.write(b.policy()),
      b.startsAt(),
      b.endsAt(),
      b.attendance().name(),
      b.money().name(),
      settlement == null ? null : Json.write(settlement),
      b.cancelledBy(),
      b.sequence(),
      b.movingTo(),
      move == null ? null : Json.write(move),
      b.createdAt(),
      updatedAt
    };
  }

  /** Confirms pending bookings that this transaction has locked and whose credits are held. */
  public void confirm(Tx tx, Collection<String> ids, Instant now) {
    if (!ids.isEmpty()) {
      tx.write(CONFIRM.formatted(InList.marks(ids.size())), InList.parameters(List.of(now), ids));
    }
  }

  /**
   * Marks bookings that this transaction has locked as settled; their settlement has been posted.
   */
  public void settled(Tx tx, Collection<String> ids, Instant now) {
    if (!ids.isEmpty()) {
      tx.write(SETTLED.formatted(InList.marks(ids.size())), InList.parameters(List.of(now), ids));
    }
  }

  static Booking row(Row r) {
    String settlement = r.getString("settlement");
    String move = r.getString("move");
    return new Booking(
        r.getString("id"),
        r.getString("meeting_id"),
        r.getString("student_id"),
        r.getString("teacher_id"),
        Booking.Status.valueOf(r.getString("status")),
        r.getString("reason"),
        r.getLong("price"),
        PolicyJson.read(r.getString("policy")),
        Sql.instant(r, "starts_at"),
        Sql.instant(r, "ends_at"),
        Booking.Attendance.valueOf(r.getString("attendance")),
        Booking.Money.valueOf(r.getString("money")),
        settlement == null ? null : Json.read(settlement, Settlement.class),
        r.getString("cancelled_by"),
        r.getInteger("sequence"),
        r.getString("moving_to"),
        move == null ? null : Json.read(move, Move.class),
        Sql.instant(r, "created_at"));
  }
}
