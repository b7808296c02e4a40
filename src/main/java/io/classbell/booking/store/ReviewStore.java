package io.classbell.booking.store;

import io.classbell.booking.model.Meeting;
import io.classbell.platform.db.Sql;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The list of meetings that wait for an admin. */
public final class ReviewStore {
  private static final String WAITING =
      "SELECT "
          + MeetingStore.COLUMNS
          + " FROM meeting FORCE INDEX (ix_meeting_review)"
          + " WHERE review_state = 'needed' AND id > ? ORDER BY id LIMIT ?";

  private static final String COUNT_WAITING =
      "SELECT COUNT(*) AS n FROM meeting WHERE review_state = 'needed'";

  private static final String COUNT_OPEN =
      "SELECT COUNT(*) AS n FROM meeting WHERE starts_at > ? AND starts_at < ? AND status = 'open'";

  /** Longer than any class lasts, and than any class is open before its start. */
  private static final Duration LONGEST = Duration.ofDays(8);

  public long countWaiting(Sql sql) {
    Long count = sql.first(COUNT_WAITING, row -> row.getLong("n"));
    return count == null ? 0 : count;
  }

  /** Counts open meetings along the index of start times. */
  public long countOpen(Sql sql, Instant now) {
    Long count =
        sql.first(COUNT_OPEN, row -> row.getLong("n"), now.minus(LONGEST), now.plus(LONGEST));
    return count == null ? 0 : count;
  }

  /** Oldest first, after this id. */
  public List<Meeting> waiting(Sql sql, String afterId, int limit) {
    return sql.list(WAITING, MeetingStore::row, afterId, limit);
  }
}
