package io.classbell.booking.store;

import io.classbell.booking.model.Stay;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All SQL of attendance. The meeting is locked while its attendance is written. */
public final class AttendanceStore {
  private static final String INSIDE_SINCE =
      "SELECT joined_at FROM attendance WHERE meeting_id = ? AND user_id = ? AND left_at IS NULL";

  private static final String JOIN =
      "INSERT INTO attendance (id, meeting_id, user_id, joined_at) VALUES (?, ?, ?, ?)";

  private static final String LEAVE =
      "UPDATE attendance SET left_at = ? WHERE meeting_id = ? AND user_id = ? AND left_at IS NULL";

  private static final String ALL_LEAVE =
      "UPDATE attendance SET left_at = ? WHERE meeting_id IN %s AND left_at IS NULL";

  private static final String STAYS =
      "SELECT meeting_id, user_id, joined_at, left_at FROM attendance WHERE meeting_id IN %s";

  private static final String PRESENT =
      "UPDATE meeting_participant SET attendance = 'present', updated_at = ? WHERE id = ?";

  private static final String WITH_TEACHER =
      "SELECT DISTINCT a.meeting_id FROM attendance a"
          + " JOIN meeting m ON m.id = a.meeting_id AND m.teacher_id = a.user_id"
          + " WHERE a.meeting_id IN %s";

  /** Returns since when a user has been in the meeting; null if the user is not in it. */
  public @Nullable Instant insideSince(Sql sql, String meetingId, String userId) {
    return sql.first(INSIDE_SINCE, r -> Sql.instant(r, "joined_at"), meetingId, userId);
  }

  public void join(Tx tx, String id, String meetingId, String userId, Instant now) {
    tx.write(JOIN, id, meetingId, userId, now);
  }

  public void leave(Tx tx, String meetingId, String userId, Instant now) {
    tx.write(LEAVE, now, meetingId, userId);
  }

  /** Records that all participants have left these meetings. */
  public void allLeave(Tx tx, Collection<String> meetingIds, Instant now) {
    if (!meetingIds.isEmpty()) {
      tx.write(
          ALL_LEAVE.formatted(InList.marks(meetingIds.size())),
          InList.parameters(List.of(now), meetingIds));
    }
  }

  /** Returns the stays of participants who are still in these meetings. */
  public List<Stay> inside(Sql sql, Collection<String> meetingIds) {
    return stays(sql, STAYS + " AND left_at IS NULL ORDER BY meeting_id, joined_at", meetingIds);
  }

  /** Returns all stays in a meeting, in the order of joining. */
  public List<Stay> of(Sql sql, String meetingId) {
    return stays(sql, STAYS + " ORDER BY joined_at, id", List.of(meetingId));
  }

  private static List<Stay> stays(Sql sql, String statement, Collection<String> meetingIds) {
    if (meetingIds.isEmpty()) {
      return List.of();
    }
    return sql.list(
        statement.formatted(InList.marks(meetingIds.size())),
        r ->
            new Stay(
                r.getString("meeting_id"),
                r.getString("user_id"),
                Sql.instant(r, "joined_at"),
                Sql.instantOrNull(r, "left_at")),
        InList.parameters(List.of(), meetingIds));
  }

  /** Records that the student of this booking attended. */
  public void present(Tx tx, String bookingId, Instant now) {
    tx.write(PRESENT, now, bookingId);
  }

  /** Returns the meetings that their teacher attended. */
  public Set<String> withTeacher(Sql sql, Collection<String> meetingIds) {
    if (meetingIds.isEmpty()) {
      return Set.of();
    }
    return new HashSet<>(
        sql.list(
            WITH_TEACHER.formatted(InList.marks(meetingIds.size())),
            r -> r.getString("meeting_id"),
            InList.parameters(List.of(), meetingIds)));
  }
}
