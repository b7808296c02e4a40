package io.classbell.booking;

import io.classbell.platform.db.Sql;
import java.util.List;

/** The list of meetings that wait for an admin. */
final class ReviewStore {
  private static final String WAITING =
      "SELECT "
          + MeetingStore.COLUMNS
          + " FROM meeting FORCE INDEX (ix_meeting_review)"
          + " WHERE review_state = 'needed' AND id > ? ORDER BY id LIMIT ?";

  /** Oldest first, after this id. */
  List<MeetingRow> waiting(Sql sql, String afterId, int limit) {
    return sql.list(WAITING, MeetingStore::row, afterId, limit);
  }
}
