package io.classbell.booking.store;

import io.classbell.booking.model.Booking;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The query that decides bookings: known commands, and a student's overlapping bookings. */
public final class OverlapStore {

  /** A time that a student wants to book. */
  public record Wish(String studentId, Instant from, Instant to) {}

  /**
   * The last two of a student's live bookings that begin before the requested time ends. A
   * student's live bookings never overlap, so if any overlaps the request, the last one does; the
   * second is needed for a move, in which the last may be the booking that moves. Each request is
   * one index range, so its cost does not grow with the number of bookings. With one condition of
   * many ORs the server would evaluate every request on every row of every range.
   */
  private static final String NEAREST =
      "(SELECT id, ends_at AS until, CAST(? AS DATETIME(6)) AS wished"
          + " FROM meeting_participant FORCE INDEX (ix_meeting_participant_student)"
          + " WHERE student_id = ? AND live = 1 AND starts_at < ? ORDER BY starts_at DESC LIMIT 2)";

  /** The last part covers moves in progress, which occupy their student's time in a second slot. */
  private static final String QUERY =
      "SELECT "
          + ParticipantStore.COLUMNS
          + " FROM meeting_participant WHERE id IN %s UNION ALL SELECT "
          + ParticipantStore.COLUMNS
          + " FROM (%s) nearest STRAIGHT_JOIN meeting_participant USING (id)"
          + " WHERE nearest.until > nearest.wished UNION ALL SELECT "
          + ParticipantStore.COLUMNS
          + " FROM meeting_participant FORCE INDEX (ix_meeting_participant_moving)"
          + " WHERE moving_to IS NOT NULL AND student_id IN %s AND live = 1";

  private static final String IN_RANGE =
      "SELECT "
          + ParticipantStore.COLUMNS
          + " FROM meeting_participant FORCE INDEX (ix_meeting_participant_student)"
          + " WHERE student_id = ? AND live = 1 AND starts_at > ? AND starts_at < ? AND ends_at > ?"
          + " UNION SELECT "
          + ParticipantStore.COLUMNS
          + " FROM meeting_participant FORCE INDEX (ix_meeting_participant_moving)"
          + " WHERE moving_to IS NOT NULL AND student_id = ? AND live = 1 LIMIT ?";

  /**
   * Returns a student's live bookings that overlap [from, to), and those that are moving, without
   * locks.
   */
  public List<Booking> inRange(Sql sql, String studentId, Instant from, Instant to, int most) {
    return sql.list(
        IN_RANGE,
        ParticipantStore::row,
        studentId,
        from.minus(MeetingStore.LONGEST),
        to,
        from,
        studentId,
        most);
  }

  /**
   * Returns the bookings with these ids and those that overlap the requested times; duplicates are
   * possible. Call it while the students' agendas are locked.
   */
  public List<Booking> concerned(Sql sql, Collection<String> ids, List<Wish> wishes) {
    int padded = Math.max(1, Integer.highestOneBit(2 * wishes.size() - 1));
    String nearest = String.join(" UNION ALL ", Collections.nCopies(padded, NEAREST));
    List<String> students = wishes.stream().map(Wish::studentId).distinct().toList();
    String statement =
        QUERY.formatted(InList.marks(ids.size()), nearest, InList.marks(students.size()));
    List<@Nullable Object> parameters = new ArrayList<>();
    Collections.addAll(parameters, InList.parameters(List.of(), ids));
    for (int i = 0; i < padded; i++) {
      Wish wish = wishes.get(Math.min(i, wishes.size() - 1));
      parameters.add(wish.from);
      parameters.add(wish.studentId);
      parameters.add(wish.to);
    }
    Collections.addAll(parameters, InList.parameters(List.of(), students));
    return sql.list(statement, ParticipantStore::row, parameters.toArray());
  }
}
