package io.classbell.booking.store;

import io.classbell.booking.model.Meeting;
import io.classbell.platform.db.Sql;
import java.util.List;

/** The list of meetings that wait for an admin. */
public final class ReviewStore {
  private static final String WAITING =
      "SELECT "
          + MeetingStore.COLUMNS
          + " FROM meeting FORCE INDEX (ix_meeting_review)"
          + " WHERE review_state = 'needed' AND id > ? ORDER BY id LIMIT ?";

  /** Oldest first, after this id. */
  public List<Meeting> waiting(Sql sql, String afterId, int limit) {
    return sql.list(WAITING, MeetingStore::row, afterId, limit);
  }
}
