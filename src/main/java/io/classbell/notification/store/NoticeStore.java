package io.classbell.notification.store;

import io.classbell.notification.api.NotificationApi.NoticeEvent;
import io.classbell.notification.api.NotificationApi.NoticesOf;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads from the inboxes who was told of a meeting, and who has read it. */
public final class NoticeStore {
  private static final String TOLD =
      "SELECT id, user_id, kind, created_at AS at, 1 AS place FROM notification"
          + " WHERE meeting_id = ?";

  private static final String READ =
      "SELECT id, user_id, kind, read_at AS at, 2 AS place FROM notification"
          + " WHERE meeting_id = ? AND read_at IS NOT NULL";

  private static final String AFTER =
      " WHERE n.at > ? OR (n.at = ? AND (n.place > ? OR (n.place = ? AND n.id > ?)))";

  /** Returns the events in the order of time, place and id. */
  public List<NoticeEvent> list(Sql sql, NoticesOf query) {
    List<@Nullable Object> parameters = new ArrayList<>();
    StringBuilder text = new StringBuilder("SELECT n.* FROM (").append(TOLD);
    parameters.add(query.meetingId());
    if (query.userId() != null) {
      text.append(" AND (user_id = ?");
      parameters.add(query.userId());
      if (!query.kindsOfOthers().isEmpty()) {
        text.append(" OR kind IN ").append(InList.marks(query.kindsOfOthers().size()));
        Collections.addAll(parameters, InList.parameters(List.of(), query.kindsOfOthers()));
      }
      text.append(")");
    }
    text.append(" UNION ALL ").append(READ);
    parameters.add(query.meetingId());
    if (query.userId() != null) {
      text.append(" AND user_id = ?");
      parameters.add(query.userId());
    }
    text.append(") n");
    Instant after = query.afterAt();
    if (after != null) {
      text.append(AFTER);
      Collections.addAll(
          parameters, after, after, query.afterPlace(), query.afterPlace(), query.afterId());
    }
    text.append(" ORDER BY n.at, n.place, n.id LIMIT ?");
    parameters.add(query.limit());
    return sql.list(
        text.toString(),
        r ->
            new NoticeEvent(
                r.getString("id"),
                r.getString("user_id"),
                r.getString("kind"),
                Sql.instant(r, "at"),
                r.getInteger("place") == 2),
        parameters.toArray());
  }
}
