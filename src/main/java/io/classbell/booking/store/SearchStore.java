package io.classbell.booking.store;

import io.classbell.booking.api.MeetingApi.SlotFilter;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.store.ListStore.Span;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Sql;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Searches bookable slots by start, along one index. Conditions that the index does not decide are
 * evaluated on a bounded number of slots: {@link #end} returns where these end.
 */
public final class SearchStore {
  private static final String MEETINGS = "SELECT " + MeetingStore.COLUMNS;
  private static final String IS_BOOKABLE = " AND status IN ('scheduled', 'open')";

  /**
   * Time zones differ from UTC by multiples of a quarter of an hour, so a day of any zone consists
   * of whole quarters.
   */
  private static final int QUARTER_MINUTES = 15;

  private static final Instant FIRST_QUARTER = Instant.parse("2000-01-01T00:00:00Z");

  private static final String QUARTER =
      "FLOOR(TIMESTAMPDIFF(MINUTE, '2000-01-01', starts_at) / " + QUARTER_MINUTES + ")";

  /** How many slots of a teacher start in the quarter of an hour that begins at this instant. */
  public record QuarterTotal(Instant from, String teacherId, int free, int total) {}

  private record Query(StringBuilder text, List<@Nullable Object> parameters) {

    Query add(String more, @Nullable Object... values) {
      text.append(more);
      Collections.addAll(parameters, values);
      return this;
    }

    @Nullable Object[] values() {
      return parameters.toArray();
    }
  }

  /**
   * Returns the slot after which {@code most} slots of the range were examined; null at its end.
   */
  public Future<@Nullable ListCursor> end(Sql sql, Span span, SlotFilter filter, int most) {
    Query query = range("SELECT starts_at, id", span, filter, null);
    query.add(" ORDER BY starts_at, id LIMIT 1 OFFSET " + (most - 1));
    return sql.start(query.text.toString(), query.values())
        .map(
            rows -> {
              for (var row : rows) {
                return new ListCursor(Sql.instant(row, "starts_at"), row.getString("id"));
              }
              return null;
            });
  }

  /**
   * Returns slots of the range up to {@code end}, earliest first, without those of some teachers.
   */
  public Future<List<Meeting>> slots(
      Sql sql,
      Span span,
      SlotFilter filter,
      @Nullable ListCursor end,
      Set<String> withoutTeachers) {
    Query query = range(MEETINGS, span, filter, end).add(IS_BOOKABLE);
    if (!withoutTeachers.isEmpty()) {
      query.add(
          " AND teacher_id NOT IN " + InList.marks(withoutTeachers.size()),
          InList.parameters(List.of(), withoutTeachers));
    }
    conditions(query, filter).add(" ORDER BY starts_at, id LIMIT ?", span.limit());
    return sql.start(query.text.toString(), query.values())
        .map(
            rows -> {
              List<Meeting> found = new ArrayList<>(rows.size());
              rows.forEach(r -> found.add(MeetingStore.row(r)));
              return found;
            });
  }

  /** Counts the bookable slots of the range up to {@code end}. */
  public Future<List<QuarterTotal>> count(
      Sql sql, Span span, SlotFilter filter, @Nullable ListCursor end) {
    Query query =
        range(
            "SELECT CAST("
                + QUARTER
                + " AS SIGNED) AS quarter, teacher_id,"
                + " CAST(SUM(seats_taken < capacity) AS SIGNED) AS free,"
                + " CAST(COUNT(*) AS SIGNED) AS total",
            span,
            filter,
            end);
    conditions(query.add(IS_BOOKABLE), filter).add(" GROUP BY quarter, teacher_id");
    return sql.start(query.text.toString(), query.values())
        .map(
            rows -> {
              List<QuarterTotal> totals = new ArrayList<>(rows.size());
              rows.forEach(
                  r ->
                      totals.add(
                          new QuarterTotal(
                              FIRST_QUARTER.plusSeconds(
                                  60L * QUARTER_MINUTES * r.getLong("quarter")),
                              r.getString("teacher_id"),
                              r.getInteger("free"),
                              r.getInteger("total"))));
              return totals;
            });
  }

  private static Query range(
      String select, Span span, SlotFilter filter, @Nullable ListCursor end) {
    Query query = new Query(new StringBuilder(select), new ArrayList<>());
    query.add(" FROM meeting FORCE INDEX (");
    if (span.teacherId() != null) {
      query.add("ix_meeting_teacher) WHERE teacher_id = ?", span.teacherId());
    } else if (filter.subject() != null) {
      query.add("ix_meeting_subject) WHERE subject = ?", filter.subject());
    } else {
      query.add("ix_meeting_search) WHERE 1 = 1");
    }
    ListCursor after = span.after();
    Instant from = span.from();
    if (after != null && (from == null || after.at().isAfter(from))) {
      from = after.at();
    }
    if (from != null) {
      query.add(" AND starts_at >= ?", from);
    }
    if (span.to() != null) {
      query.add(" AND starts_at < ?", span.to());
    }
    if (after != null) {
      query.add(" AND (starts_at > ? OR id > ?)", after.at(), after.id());
    }
    if (end != null) {
      query.add(" AND starts_at <= ? AND (starts_at < ? OR id <= ?)", end.at(), end.at(), end.id());
    }
    return query;
  }

  private static Query conditions(Query query, SlotFilter filter) {
    if (filter.subject() != null) {
      query.add(" AND subject = ?", filter.subject());
    }
    if (filter.minPrice() != null) {
      query.add(" AND price >= ?", filter.minPrice());
    }
    if (filter.maxPrice() != null) {
      query.add(" AND price <= ?", filter.maxPrice());
    }
    if (filter.withFreeSeat()) {
      query.add(" AND seats_taken < capacity");
    }
    if (filter.maxDuration() != null) {
      query.add(" AND duration_minutes <= ?", filter.maxDuration());
    }
    if (filter.language() != null) {
      query.add(
          " AND (language = ? OR language LIKE ? ESCAPE '!')",
          filter.language(),
          escaped(filter.language()) + "-%");
    }
    if (filter.text() != null) {
      String part = "%" + escaped(filter.text()) + "%";
      query.add(
          " AND (title LIKE ? ESCAPE '!' OR subject LIKE ? ESCAPE '!'"
              + " OR description LIKE ? ESCAPE '!')",
          part,
          part,
          part);
    }
    return query;
  }

  private static String escaped(String text) {
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
  }
}
