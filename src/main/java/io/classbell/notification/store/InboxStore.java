package io.classbell.notification.store;

import io.classbell.notification.api.NotificationApi.Notification;
import io.classbell.notification.model.Notice;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Insert;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.platform.json.Json;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The SQL of inboxes: {@code inbox} and {@code notification}. */
public final class InboxStore {
  private static final Insert INBOXES = Insert.into("inbox", "user_id", "last_seq", "unread");

  /** Creates inboxes; locks those that another transaction created meanwhile. */
  private static final Insert CREATE = INBOXES.orUpdate("user_id");

  /** Updates the counters of rows that exist and are locked. */
  private static final Insert UPDATE_COUNTERS = INBOXES.orUpdate("last_seq", "unread");

  private static final String PRESENT =
      "SELECT id, user_id, cause, seq FROM notification FORCE INDEX (uq_notification_cause) WHERE ";

  private static final String THIS_CAUSE = "(user_id = ? AND cause = ?)";

  private static final Insert NOTIFICATIONS =
      Insert.into(
          "notification",
          "user_id",
          "seq",
          "id",
          "kind",
          "cause",
          "created_at",
          "title",
          "text",
          "data",
          "meeting_id");

  private static final String FIELDS =
      "SELECT id, seq, kind, title, text, data, created_at, read_at FROM notification ";

  /** Most causes in one query. */
  private static final int MOST_CAUSES = 128;

  /** Counters of an inbox: its last number and the number of unread notifications. */
  public record Counters(long lastSeq, long unread) {}

  /** A notification that is already in the inbox. */
  public record Present(String id, String userId, String cause, long seq) {}

  /** A notice with its number. */
  public record Numbered(Notice notice, long seq) {}

  /** Locks inboxes in the order of their ids, creating those that are missing. */
  public TreeMap<String, Counters> lock(Tx tx, Collection<String> userIds) {
    TreeMap<String, Counters> found = lockExisting(tx, userIds);
    TreeSet<String> missing = new TreeSet<>(userIds);
    missing.removeAll(found.keySet());
    if (!missing.isEmpty()) {
      List<@Nullable Object[]> rows = new ArrayList<>();
      missing.forEach(id -> rows.add(new @Nullable Object[] {id, 0, 0}));
      CREATE.rows(tx, rows);
      found.putAll(lockExisting(tx, missing));
    }
    return found;
  }

  private static TreeMap<String, Counters> lockExisting(Tx tx, Collection<String> userIds) {
    TreeMap<String, Counters> found = new TreeMap<>();
    tx.list(
        "SELECT user_id, last_seq, unread FROM inbox FORCE INDEX (PRIMARY) WHERE user_id IN "
            + InList.marks(userIds.size())
            + " ORDER BY user_id FOR UPDATE",
        row ->
            found.put(
                row.getString("user_id"),
                new Counters(row.getLong("last_seq"), row.getLong("unread"))),
        InList.parameters(List.of(), userIds));
    return found;
  }

  /** Returns which of these notices are already present, by cause. */
  public List<Present> present(Tx tx, Collection<Notice> notices) {
    List<Present> present = new ArrayList<>();
    List<Notice> left = List.copyOf(notices);
    while (!left.isEmpty()) {
      int some = Math.min(MOST_CAUSES, left.size());
      present.addAll(presentOf(tx, left.subList(0, some)));
      left = left.subList(some, left.size());
    }
    return present;
  }

  /** Pads the list to a power of two, so that few different statements have to be prepared. */
  private static List<Present> presentOf(Tx tx, List<Notice> notices) {
    int padded = Math.max(1, Integer.highestOneBit(2 * notices.size() - 1));
    List<@Nullable Object> parameters = new ArrayList<>(2 * padded);
    for (int i = 0; i < padded; i++) {
      Notice notice = notices.get(Math.min(i, notices.size() - 1));
      parameters.add(notice.userId());
      parameters.add(notice.fact().cause());
    }
    return tx.list(
        PRESENT + String.join(" OR ", Collections.nCopies(padded, THIS_CAUSE)),
        row ->
            new Present(
                row.getString("id"),
                row.getString("user_id"),
                row.getString("cause"),
                row.getLong("seq")),
        parameters.toArray());
  }

  public void put(Tx tx, List<Numbered> notices) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Numbered numbered : notices) {
      Notice n = numbered.notice();
      rows.add(
          new @Nullable Object[] {
            n.userId(),
            numbered.seq(),
            n.id(),
            n.fact().kind().name(),
            n.fact().cause(),
            n.createdAt(),
            n.text().title(),
            n.text().text(),
            Json.write(n.fact().data()),
            n.meetingId()
          });
    }
    NOTIFICATIONS.rows(tx, rows);
  }

  public void updateCounters(Tx tx, Map<String, Counters> counters) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    counters.forEach((id, s) -> rows.add(new @Nullable Object[] {id, s.lastSeq(), s.unread()}));
    UPDATE_COUNTERS.rows(tx, rows);
  }

  /** Oldest first. */
  public List<Notification> after(Sql sql, String userId, long seq, int limit) {
    return sql.list(
        FIELDS + "WHERE user_id = ? AND seq > ? ORDER BY seq LIMIT ?",
        InboxStore::notification,
        userId,
        seq,
        limit);
  }

  /** Newest first. */
  public List<Notification> newestBefore(Sql sql, String userId, long seq, int limit) {
    return sql.list(
        FIELDS + "WHERE user_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        InboxStore::notification,
        userId,
        seq,
        limit);
  }

  public long unread(Sql sql, String userId) {
    Long unread =
        sql.first("SELECT unread FROM inbox WHERE user_id = ?", r -> r.getLong("unread"), userId);
    return unread == null ? 0 : unread;
  }

  /** Returns the user's notification with this id, or null. */
  public @Nullable Notification find(Sql sql, String userId, String id) {
    return sql.first(FIELDS + "WHERE id = ? AND user_id = ?", InboxStore::notification, id, userId);
  }

  public void read(Tx tx, String userId, long seq, Instant at) {
    tx.write("UPDATE notification SET read_at = ? WHERE user_id = ? AND seq = ?", at, userId, seq);
    tx.write("UPDATE inbox SET unread = unread - 1 WHERE user_id = ?", userId);
  }

  /** Returns which of these notifications are unread. */
  public Set<String> unreadOf(Tx tx, Collection<String> notificationIds) {
    return Set.copyOf(
        tx.list(
            "SELECT id FROM notification WHERE read_at IS NULL AND id IN "
                + InList.marks(notificationIds.size()),
            row -> row.getString("id"),
            InList.parameters(List.of(), notificationIds)));
  }

  /** Marks unread notifications up to a number as read; returns how many there were. */
  public int readUpTo(Tx tx, String userId, long upToSeq, Instant at) {
    int read =
        tx.execute(
            "UPDATE notification SET read_at = ? WHERE user_id = ? AND read_at IS NULL AND seq <="
                + " ?",
            at,
            userId,
            upToSeq);
    tx.write("UPDATE inbox SET unread = unread - ? WHERE user_id = ?", read, userId);
    return read;
  }

  private static Notification notification(Row row) {
    return new Notification(
        row.getString("id"),
        row.getLong("seq"),
        row.getString("kind"),
        row.getString("title"),
        row.getString("text"),
        StoredData.read(row.getString("data")),
        Sql.instant(row, "created_at"),
        Sql.instantOrNull(row, "read_at"));
  }
}
