package io.classbell.booking.store;

import io.classbell.booking.model.Dispute;
import io.classbell.booking.model.Dispute.Side;
import io.classbell.booking.model.Dispute.Status;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All SQL of disputes. A dispute is changed only while its booking is locked, so its row needs no
 * lock of its own.
 */
public final class DisputeStore {
  private static final String COLUMNS =
      "id, booking_id, meeting_id, student_id, teacher_id, opened_by, status, reason,"
          + " student_percent, opened_at, answer_until, answer, outcome";

  private static final String SELECT = "SELECT " + COLUMNS + " FROM dispute ";

  private static final String UNDECIDED_OF_MEETINGS =
      "SELECT booking_id FROM dispute WHERE meeting_id IN %s"
          + " AND status IN ('open', 'answered', 'escalated')";

  private static final Insert DISPUTES =
      Insert.into(
          "dispute",
          "id",
          "booking_id",
          "meeting_id",
          "student_id",
          "teacher_id",
          "opened_by",
          "status",
          "reason",
          "student_percent",
          "opened_at",
          "answer_until",
          "answer",
          "outcome",
          "updated_at");

  private static final Insert CHANGED =
      DISPUTES.orUpdate("status", "answer", "outcome", "updated_at");

  private static final RowReader<Dispute> BY_BOOKING =
      new RowReader<>(DisputeStore::row, Dispute::bookingId);

  /** Whose disputes are listed, in which states; {@code userId} is null for everybody's. */
  public record Filter(@Nullable String userId, boolean asTeacher, Collection<Status> statuses) {}

  /** Returns the disputes of bookings, by booking. */
  public Map<String, Dispute> ofBookings(Sql sql, Collection<String> bookingIds) {
    return BY_BOOKING.select(sql, SELECT + "WHERE booking_id IN %s", bookingIds);
  }

  public @Nullable Dispute byId(Sql sql, String id) {
    return sql.first(SELECT + "WHERE id = ?", DisputeStore::row, id);
  }

  /** Returns the bookings of these meetings whose disputes are undecided. */
  public Set<String> undecidedIn(Sql sql, Collection<String> meetingIds) {
    if (meetingIds.isEmpty()) {
      return Set.of();
    }
    return new HashSet<>(
        sql.list(
            UNDECIDED_OF_MEETINGS.formatted(InList.marks(meetingIds.size())),
            r -> r.getString("booking_id"),
            InList.parameters(List.of(), meetingIds)));
  }

  /** Returns disputes after an id: a user's newest first, everybody's oldest first. */
  public List<Dispute> list(Sql sql, Filter filter, @Nullable String after, int limit) {
    StringBuilder text = new StringBuilder(SELECT).append("WHERE status IN ");
    List<String> statuses = filter.statuses.stream().map(Status::name).toList();
    text.append(InList.marks(statuses.size()));
    List<@Nullable Object> parameters = new ArrayList<>();
    Collections.addAll(parameters, InList.parameters(List.of(), statuses));
    boolean newestFirst = filter.userId != null;
    if (filter.userId != null) {
      text.append(filter.asTeacher ? " AND teacher_id = ?" : " AND student_id = ?");
      parameters.add(filter.userId);
    }
    if (after != null) {
      text.append(newestFirst ? " AND id < ?" : " AND id > ?");
      parameters.add(after);
    }
    text.append(newestFirst ? " ORDER BY id DESC LIMIT ?" : " ORDER BY id LIMIT ?");
    parameters.add(limit);
    return sql.list(text.toString(), DisputeStore::row, parameters.toArray());
  }

  public void insert(Tx tx, Collection<Dispute> disputes, Instant now) {
    DISPUTES.rows(tx, disputes.stream().map(d -> values(d, now)).toList());
  }

  public void save(Tx tx, Collection<Dispute> disputes, Instant now) {
    CHANGED.rows(tx, disputes.stream().map(d -> values(d, now)).toList());
  }

  private static @Nullable Object[] values(Dispute d, Instant updatedAt) {
    return new @Nullable Object[] {
      d.id(),
      d.bookingId(),
      d.meetingId(),
      d.studentId(),
      d.teacherId(),
      d.openedBy().name(),
      d.status().name(),
      d.reason(),
      d.studentPercent(),
      d.openedAt(),
      d.answerUntil(),
      d.answer() == null ? null : Json.write(d.answer()),
      d.outcome() == null ? null : Json.write(d.outcome()),
      updatedAt
    };
  }

  private static Dispute row(Row r) {
    String answer = r.getString("answer");
    String outcome = r.getString("outcome");
    return new Dispute(
        r.getString("id"),
        r.getString("booking_id"),
        r.getString("meeting_id"),
        r.getString("student_id"),
        r.getString("teacher_id"),
        Side.valueOf(r.getString("opened_by")),
        Status.valueOf(r.getString("status")),
        r.getString("reason"),
        r.getInteger("student_percent"),
        Sql.instant(r, "opened_at"),
        Sql.instant(r, "answer_until"),
        answer == null ? null : Json.read(answer, Dispute.Answer.class),
        outcome == null ? null : Json.read(outcome, Dispute.Outcome.class));
  }
}
