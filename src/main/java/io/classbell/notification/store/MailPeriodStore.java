package io.classbell.notification.store;

import io.classbell.notification.model.MailPeriod;
import io.classbell.notification.store.DeliveryStore.Said;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Insert;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The SQL of {@code mail_period} and {@code mail_digest_item}. */
public final class MailPeriodStore {
  private static final Insert PERIODS =
      Insert.into(
              "mail_period",
              "user_id",
              "ends_at",
              "mails",
              "rejections",
              "digest_id",
              "digest_items")
          .orUpdate("ends_at", "mails", "rejections", "digest_id", "digest_items");
  private static final Insert ITEMS =
      Insert.into("mail_digest_item", "digest_id", "notification_id");

  /** A notification that goes into a digest. */
  public record Item(String digestId, String notificationId) {}

  /**
   * Locks the rows of these users, so that a digest which is about to be sent waits for what is
   * being added to it. Where a user has no row yet, the lock of the inbox prevents a second one.
   */
  public Map<String, MailPeriod> lock(Tx tx, Collection<String> userIds) {
    Map<String, MailPeriod> periods = new HashMap<>();
    tx.list(
        "SELECT user_id, ends_at, mails, rejections, digest_id, digest_items FROM mail_period"
            + " WHERE user_id IN "
            + InList.marks(userIds.size())
            + " ORDER BY user_id FOR UPDATE",
        row ->
            periods.put(
                row.getString("user_id"),
                new MailPeriod(
                    Sql.instant(row, "ends_at"),
                    row.getInteger("mails"),
                    row.getInteger("rejections"),
                    row.getString("digest_id"),
                    row.getInteger("digest_items"))),
        InList.parameters(List.of(), userIds));
    return periods;
  }

  public void put(Tx tx, Map<String, MailPeriod> periods) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    periods.forEach(
        (userId, p) ->
            rows.add(
                new @Nullable Object[] {
                  userId, p.endsAt(), p.mails(), p.rejections(), p.digestId(), p.digestItems()
                }));
    PERIODS.rows(tx, rows);
  }

  public void addItems(Tx tx, List<Item> items) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    items.forEach(i -> rows.add(new @Nullable Object[] {i.digestId(), i.notificationId()}));
    ITEMS.rows(tx, rows);
  }

  /** Nothing is added to the digest afterwards; waits for transactions that are adding to it. */
  public void close(Tx tx, String userId, String digestId) {
    tx.execute(
        "UPDATE mail_period SET digest_id = NULL, digest_items = 0"
            + " WHERE user_id = ? AND digest_id = ?",
        userId,
        digestId);
  }

  /** The notifications of a digest, oldest first. */
  public List<Said> items(Sql sql, String digestId) {
    return sql.list(
        "SELECT n.id, n.kind, n.title, n.text, n.data FROM mail_digest_item i"
            + " JOIN notification n ON n.id = i.notification_id WHERE i.digest_id = ?"
            + " ORDER BY n.seq",
        DeliveryStore::said,
        digestId);
  }

  /** Forgets what digests that were sent consisted of. */
  public void removeItems(Tx tx, Collection<String> digestIds) {
    tx.write(
        "DELETE FROM mail_digest_item WHERE digest_id IN " + InList.marks(digestIds.size()),
        InList.parameters(List.of(), digestIds));
  }
}
