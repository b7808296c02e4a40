package io.classbell.booking.store;

import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Meeting;
import io.classbell.platform.db.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The paged lists; each reads along one index. */
public final class ListStore {
  private static final String MEETINGS = "SELECT " + MeetingStore.COLUMNS + " FROM meeting ";
  private static final String BOOKINGS =
      "SELECT " + ParticipantStore.COLUMNS + " FROM meeting_participant ";

  private static final String LIVE_OF_TEACHER =
      MEETINGS
          + "FORCE INDEX (ix_meeting_teacher) WHERE teacher_id = ? AND starts_at >= ?"
          + " AND starts_at < ? AND status IN ('scheduled', 'open')"
          + " ORDER BY starts_at, id LIMIT ?";

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

  /** Returns a teacher's slots in any status, earliest first. */
  public List<Meeting> ofTeacher(Sql sql, Span span) {
    Query query = meetings(span);
    return sql.list(query.text, MeetingStore::row, query.parameters);
  }

  /** Returns a teacher's scheduled and open classes that start in [from, to), earliest first. */
  public List<Meeting> liveOfTeacher(
      Sql sql, String teacherId, Instant from, Instant to, int most) {
    return sql.list(LIVE_OF_TEACHER, MeetingStore::row, teacherId, from, to, most);
  }

  /**
   * Returns bookings that meet all conditions, newest first. Without a condition on a user they are
   * read by id, which is in the order of time. The range is that of the starts of the classes.
   */
  public List<Booking> bookings(Sql sql, List<Is> conditions, boolean withRejected, Span span) {
    StringBuilder text = new StringBuilder(BOOKINGS).append("WHERE 1 = 1");
    List<@Nullable Object> parameters = new ArrayList<>();
    addConditions(text, parameters, conditions, withRejected);
    addRange(text, parameters, "starts_at", span.from, span.to);
    ListCursor after = span.after;
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
    parameters.add(span.limit);
    return sql.list(text.toString(), ParticipantStore::row, parameters.toArray());
  }

  /**
   * Returns bookings that meet all conditions in the order in which their classes start. Those of a
   * student or a class are sorted; others are found through the classes of the range.
   */
  public List<Booking> bookingsByStart(
      Sql sql, List<Is> conditions, boolean withRejected, Span span) {
    StringBuilder text = new StringBuilder();
    List<@Nullable Object> parameters = new ArrayList<>();
    Instant from = later(span.from, span.after);
    boolean isShort =
        conditions.stream()
            .anyMatch(c -> c.column.equals("student_id") || c.column.equals("meeting_id"));
    if (isShort) {
      text.append(BOOKINGS).append("WHERE 1 = 1");
    } else {
      String teacherId =
          conditions.stream()
              .filter(c -> c.column.equals("teacher_id"))
              .findFirst()
              .map(Is::value)
              .orElse(null);
      text.append("SELECT ")
          .append(ParticipantStore.COLUMNS)
          .append(" FROM (SELECT id AS of_meeting FROM meeting FORCE INDEX (")
          .append(teacherId == null ? "ix_meeting_search" : "ix_meeting_teacher")
          .append(") WHERE 1 = 1");
      if (teacherId != null) {
        text.append(" AND teacher_id = ?");
        parameters.add(teacherId);
      }
      addRange(text, parameters, "starts_at", from, span.to);
      text.append(") m STRAIGHT_JOIN meeting_participant ON meeting_id = of_meeting WHERE 1 = 1");
    }
    addConditions(text, parameters, conditions, withRejected);
    addRange(text, parameters, "starts_at", from, span.to);
    if (span.after != null) {
      text.append(" AND (starts_at > ? OR id > ?)");
      parameters.add(span.after.at());
      parameters.add(span.after.id());
    }
    text.append(" ORDER BY starts_at, id LIMIT ?");
    parameters.add(span.limit);
    return sql.list(text.toString(), ParticipantStore::row, parameters.toArray());
  }

  private static void addConditions(
      StringBuilder text,
      List<@Nullable Object> parameters,
      List<Is> conditions,
      boolean withRejected) {
    if (!withRejected) {
      text.append(" AND status <> 'rejected'");
    }
    for (Is condition : conditions) {
      text.append(" AND ").append(condition.column).append(" = ?");
      parameters.add(condition.value);
    }
  }

  private static void addRange(
      StringBuilder text,
      List<@Nullable Object> parameters,
      String column,
      @Nullable Instant from,
      @Nullable Instant to) {
    if (from != null) {
      text.append(" AND ").append(column).append(" >= ?");
      parameters.add(from);
    }
    if (to != null) {
      text.append(" AND ").append(column).append(" < ?");
      parameters.add(to);
    }
  }

  private static @Nullable Instant later(@Nullable Instant from, @Nullable ListCursor after) {
    return after != null && (from == null || after.at().isAfter(from)) ? after.at() : from;
  }

  private static Query meetings(Span span) {
    StringBuilder text = new StringBuilder(MEETINGS);
    List<@Nullable Object> parameters = new ArrayList<>();
    if (span.teacherId == null) {
      text.append("FORCE INDEX (ix_meeting_search) WHERE 1 = 1");
    } else {
      text.append("FORCE INDEX (ix_meeting_teacher) WHERE teacher_id = ?");
      parameters.add(span.teacherId);
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
