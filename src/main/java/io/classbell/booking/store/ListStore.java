package io.classbell.booking.store;

import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Meeting;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Sql;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The paged lists; each reads along one index. */
public final class ListStore {
  private static final String MEETINGS = "SELECT " + MeetingStore.COLUMNS + " FROM meeting ";
  private static final String BOOKINGS =
      "SELECT " + ParticipantStore.COLUMNS + " FROM meeting_participant ";

  /** A range of meetings by start: [from, to), after the cursor. */
  public record Span(
      @Nullable String teacherId,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable ListCursor after,
      int limit) {}

  /** A condition on a column of the bookings. */
  public record Is(String column, @Nullable String value) {}

  private record Query(String text, @Nullable Object[] parameters) {}

  /** Bookable slots, earliest first, without those of some teachers. */
  public Future<List<Meeting>> bookable(Sql sql, Span span, Set<String> withoutTeachers) {
    Query query = meetings(span, " AND status IN ('scheduled', 'open')", withoutTeachers);
    return sql.start(query.text, query.parameters)
        .map(
            rows -> {
              List<Meeting> found = new ArrayList<>(rows.size());
              rows.forEach(r -> found.add(MeetingStore.row(r)));
              return found;
            });
  }

  /** Returns a teacher's slots in any status, earliest first. */
  public List<Meeting> ofTeacher(Sql sql, Span span) {
    Query query = meetings(span, "", Set.of());
    return sql.list(query.text, MeetingStore::row, query.parameters);
  }

  /**
   * Returns bookings that meet all conditions, newest first. Without a condition on a user they are
   * read by id, which is in the order of time.
   */
  public List<Booking> bookings(
      Sql sql, List<Is> conditions, boolean withRejected, @Nullable ListCursor after, int limit) {
    StringBuilder text = new StringBuilder(BOOKINGS).append("WHERE 1 = 1");
    if (!withRejected) {
      text.append(" AND status <> 'rejected'");
    }
    List<@Nullable Object> parameters = new ArrayList<>();
    for (Is condition : conditions) {
      text.append(" AND ").append(condition.column).append(" = ?");
      parameters.add(condition.value);
    }
    boolean all = conditions.stream().allMatch(c -> c.column.equals("status"));
    if (after != null && !all) {
      text.append(" AND created_at <= ? AND (created_at < ? OR id < ?)");
      parameters.add(after.at());
      parameters.add(after.at());
    } else if (after != null) {
      text.append(" AND id < ?");
    }
    if (after != null) {
      parameters.add(after.id());
    }
    text.append(all ? " ORDER BY id DESC LIMIT ?" : " ORDER BY created_at DESC, id DESC LIMIT ?");
    parameters.add(limit);
    return sql.list(text.toString(), ParticipantStore::row, parameters.toArray());
  }

  private static Query meetings(Span span, String filter, Set<String> withoutTeachers) {
    StringBuilder text = new StringBuilder(MEETINGS);
    List<@Nullable Object> parameters = new ArrayList<>();
    if (span.teacherId == null) {
      text.append("FORCE INDEX (ix_meeting_search) WHERE 1 = 1");
    } else {
      text.append("FORCE INDEX (ix_meeting_teacher) WHERE teacher_id = ?");
      parameters.add(span.teacherId);
    }
    text.append(filter);
    if (!withoutTeachers.isEmpty()) {
      text.append(" AND teacher_id NOT IN ").append(InList.marks(withoutTeachers.size()));
      Collections.addAll(parameters, InList.parameters(List.of(), withoutTeachers));
    }
    Instant from = span.from;
    if (span.after != null && (from == null || span.after.at().isAfter(from))) {
      from = span.after.at();
    }
    if (from != null) {
      text.append(" AND starts_at >= ?");
      parameters.add(from);
    }
    if (span.to != null) {
      text.append(" AND starts_at < ?");
      parameters.add(span.to);
    }
    if (span.after != null) {
      text.append(" AND (starts_at > ? OR id > ?)");
      parameters.add(span.after.at());
      parameters.add(span.after.id());
    }
    text.append(" ORDER BY starts_at, id LIMIT ?");
    parameters.add(span.limit);
    return new Query(text.toString(), parameters.toArray());
  }
}
