package io.classbell.notification;

import io.classbell.notification.NotificationApi.Notification;
import io.classbell.platform.bus.Json;
import io.classbell.platform.db.Columns;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The SQL of inboxes: {@code inbox} and {@code notification}. */
final class InboxStore {
  private static final Columns INBOX =
      new Columns().id("user_id").number("last_seq").number("unread");
  private static final String CREATE =
      INBOX.insertInto("inbox") + " ON DUPLICATE KEY UPDATE inbox.unread = inbox.unread";
  private static final String COUNT_ON =
      "UPDATE inbox JOIN "
          + INBOX.table()
          + " ON inbox.user_id = j.user_id SET inbox.last_seq = j.last_seq, inbox.unread = j.unread";

  private static final Columns CAUSES = new Columns().id("user_id").code("cause", 120);
  private static final String PRESENT =
      "SELECT n.id, n.user_id, n.cause, n.seq FROM "
          + CAUSES.table()
          + " STRAIGHT_JOIN notification n FORCE INDEX (uq_notification_cause)"
          + " ON n.user_id = j.user_id AND n.cause = j.cause";

  private static final Columns NOTIFICATION =
      new Columns()
          .id("user_id")
          .number("seq")
          .id("id")
          .code("kind", 40)
          .code("cause", 120)
          .instant("created_at")
          .text("title", 300)
          .longText("text")
          .longText("data");

  /** The long ones last: finding a value in a row means reading those before it. */
  private static final String PUT = NOTIFICATION.insertInto("notification");

  private static final String FIELDS =
      "SELECT id, seq, kind, title, text, data, created_at, read_at FROM notification ";

  /** Where an inbox stands: its last number, and how many are unread. */
  record Standing(long lastSeq, long unread) {}

  /** A notice that an inbox holds already. */
  record Present(String id, String userId, String cause, long seq) {}

  /** A notice with the number it gets. */
  record Numbered(Notice notice, long seq) {}

  /** Locks inboxes in the order of their ids, creating those that are missing. */
  TreeMap<String, Standing> lock(Tx tx, Collection<String> userIds) {
    TreeMap<String, Standing> found = lockExisting(tx, userIds);
    TreeSet<String> missing = new TreeSet<>(userIds);
    missing.removeAll(found.keySet());
    if (!missing.isEmpty()) {
      List<@Nullable Object[]> rows = new ArrayList<>();
      missing.forEach(id -> rows.add(new @Nullable Object[] {id, 0, 0}));
      tx.execute(CREATE, INBOX.json(rows));
      found.putAll(lockExisting(tx, missing));
    }
    return found;
  }

  private static TreeMap<String, Standing> lockExisting(Tx tx, Collection<String> userIds) {
    TreeMap<String, Standing> found = new TreeMap<>();
    tx.list(
        "SELECT user_id, last_seq, unread FROM inbox FORCE INDEX (PRIMARY) WHERE user_id IN "
            + InList.marks(userIds.size())
            + " ORDER BY user_id FOR UPDATE",
        row ->
            found.put(
                row.getString("user_id"),
                new Standing(row.getLong("last_seq"), row.getLong("unread"))),
        InList.parameters(List.of(), userIds));
    return found;
  }

  /** Which of these notices are there already, by cause. */
  List<Present> present(Tx tx, Collection<Notice> notices) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    notices.forEach(n -> rows.add(new @Nullable Object[] {n.userId(), n.fact().cause()}));
    return tx.list(
        PRESENT,
        row ->
            new Present(
                row.getString("id"),
                row.getString("user_id"),
                row.getString("cause"),
                row.getLong("seq")),
        CAUSES.json(rows));
  }

  void put(Tx tx, List<Numbered> notices) {
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
            Json.write(n.fact().data())
          });
    }
    tx.execute(PUT, NOTIFICATION.json(rows));
  }

  void countOn(Tx tx, Map<String, Standing> standings) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    standings.forEach((id, s) -> rows.add(new @Nullable Object[] {id, s.lastSeq(), s.unread()}));
    tx.execute(COUNT_ON, INBOX.json(rows));
  }

  /** Oldest first. */
  List<Notification> after(Sql sql, String userId, long seq, int limit) {
    return sql.list(
        FIELDS + "WHERE user_id = ? AND seq > ? ORDER BY seq LIMIT ?",
        InboxStore::notification,
        userId,
        seq,
        limit);
  }

  /** Newest first. */
  List<Notification> newestBefore(Sql sql, String userId, long seq, int limit) {
    return sql.list(
        FIELDS + "WHERE user_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        InboxStore::notification,
        userId,
        seq,
        limit);
  }

  long unread(Sql sql, String userId) {
    Long unread =
        sql.first("SELECT unread FROM inbox WHERE user_id = ?", r -> r.getLong("unread"), userId);
    return unread == null ? 0 : unread;
  }

  /** One's own notification, or null. */
  @Nullable Notification find(Sql sql, String userId, String id) {
    return sql.first(FIELDS + "WHERE id = ? AND user_id = ?", InboxStore::notification, id, userId);
  }

  void read(Tx tx, String userId, long seq, Instant at) {
    tx.execute(
        "UPDATE notification SET read_at = ? WHERE user_id = ? AND seq = ?", at, userId, seq);
    tx.execute("UPDATE inbox SET unread = unread - 1 WHERE user_id = ?", userId);
  }

  void readAll(Tx tx, String userId, Instant at) {
    tx.execute(
        "UPDATE notification SET read_at = ? WHERE user_id = ? AND read_at IS NULL", at, userId);
    tx.execute("UPDATE inbox SET unread = 0 WHERE user_id = ?", userId);
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
