package io.classbell.notification.inbox;

import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Inbox;
import io.classbell.notification.api.NotificationApi.ListInbox;
import io.classbell.notification.api.NotificationApi.MarkAllRead;
import io.classbell.notification.api.NotificationApi.MarkRead;
import io.classbell.notification.api.NotificationApi.Notices;
import io.classbell.notification.api.NotificationApi.NoticesOf;
import io.classbell.notification.api.NotificationApi.Notification;
import io.classbell.notification.api.NotificationApi.Unread;
import io.classbell.notification.api.NotificationApi.UnreadChanged;
import io.classbell.notification.store.InboxStore;
import io.classbell.notification.store.NoticeStore;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.time.PlatformClock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Lists the inbox of a user and marks notifications as read. */
public final class InboxOperations {
  /** A sequence number of the inbox. */
  private static final Pattern CURSOR = Pattern.compile("[0-9]{1,16}");

  private final Database database;
  private final PlatformClock clock;
  private final InboxStore store;
  private final NoticeStore notices = new NoticeStore();
  private final Bus bus;

  public InboxOperations(Database database, PlatformClock clock, InboxStore store, Bus bus) {
    this.bus = bus;
    this.database = database;
    this.clock = clock;
    this.store = store;
  }

  /**
   * Lists a page. Reads the unread count first: notifications that arrive between the two queries
   * are announced separately with a newer count.
   */
  public Inbox list(ListInbox list) {
    Sql sql = database.read();
    long unread = store.unread(sql, list.userId());
    long from = from(list);
    List<Notification> found =
        list.after() == null
            ? store.newestBefore(sql, list.userId(), from, list.limit() + 1)
            : store.after(sql, list.userId(), from, list.limit() + 1);
    if (found.size() <= list.limit()) {
      return new Inbox(found, null, unread);
    }
    List<Notification> page = List.copyOf(found.subList(0, list.limit()));
    return new Inbox(page, Long.toString(page.getLast().seq()), unread);
  }

  /** The sequence number after which the page begins, or before which it begins if newest first. */
  private static long from(ListInbox list) {
    String cursor = list.cursor();
    if (cursor == null) {
      return list.after() == null ? Long.MAX_VALUE : list.after();
    }
    if (!CURSOR.matcher(cursor).matches()) {
      throw RejectionCode.invalidCursor();
    }
    return Long.parseLong(cursor);
  }

  public Notices notices(NoticesOf query) {
    return new Notices(notices.list(database.read(), query));
  }

  /** Marks a notification as read; marking it again changes nothing. */
  public Notification markRead(MarkRead mark) {
    Instant now = clock.now();
    return database.inTransaction(
        tx -> {
          long unread = lockedUnread(tx, mark.userId());
          Notification found = store.find(tx, mark.userId(), mark.notificationId());
          if (found == null) {
            throw NotificationApi.NOT_FOUND.refused();
          }
          if (found.readAt() != null) {
            return found;
          }
          store.read(tx, mark.userId(), found.seq(), now);
          announce(tx, mark.userId(), unread - 1);
          return found.read(now);
        });
  }

  /** Marks all as read, or those up to a number; later ones that arrived meanwhile stay unread. */
  public Unread markAllRead(MarkAllRead mark) {
    Instant now = clock.now();
    return database.inTransaction(
        tx -> {
          long before = lockedUnread(tx, mark.userId());
          long upTo = mark.upToSeq() == null ? Long.MAX_VALUE : mark.upToSeq();
          int read = store.readUpTo(tx, mark.userId(), upTo, now);
          if (read > 0) {
            announce(tx, mark.userId(), before - read);
          }
          return new Unread(before - read);
        });
  }

  private long lockedUnread(Tx tx, String userId) {
    return Objects.requireNonNull(store.lock(tx, List.of(userId)).get(userId)).unread();
  }

  /** Tells the user's other tabs and devices after the commit. */
  private void announce(Tx tx, String userId, long unread) {
    tx.afterCommit(() -> bus.publish(NotificationApi.UNREAD, new UnreadChanged(userId, unread)));
  }
}
