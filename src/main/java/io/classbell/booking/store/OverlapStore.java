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

/** The one query by which seats are decided: known commands, and what students have at a time. */
public final class OverlapStore {

  /** A student's wish for a time. */
  public record Wish(String studentId, Instant from, Instant to) {}

  /**
   * The last two of a student's live bookings that begin before a wish ends. No two live bookings
   * of a student touch each other, so if any touches the wish, the last does; the second is for a
   * move, where the last may be the one that leaves. One index range for each wish: its cost does
   * not grow with what a student has. As one condition of many ORs the server would try every wish
   * on every row of every range.
   */
  private static final String NEAREST =
      "(SELECT id, ends_at AS until, CAST(? AS DATETIME(6)) AS wished"
          + " FROM meeting_participant FORCE INDEX (ix_meeting_participant_student)"
          + " WHERE student_id = ? AND live = 1 AND starts_at < ? ORDER BY starts_at DESC LIMIT 2)";

  /** The last part: a move under way takes its student's time in a second place. */
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

  /**
   * The bookings with these ids, and those that touch the wishes; some may come twice. Decide by
   * them while the students' agendas are locked.
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
