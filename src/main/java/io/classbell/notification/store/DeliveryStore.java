package io.classbell.notification.store;

import io.classbell.notification.api.Channel;
import io.classbell.notification.text.PlainText;
import io.classbell.platform.db.Columns;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Insert;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The SQL of pending mails and pushes, {@code delivery}, and of their dead letters. */
public final class DeliveryStore {
  private static final int MOST_COUNTED = 100_000;

  /** Leaves a delivery unchanged that already exists. */
  private static final Insert ADD =
      Insert.into(
              "delivery",
              "id",
              "channel",
              "user_id",
              "notification_id",
              "device_id",
              "content",
              "attempts",
              "next_at",
              "leased_until",
              "created_at")
          .orUpdate("id");

  private static final Columns FAILED =
      new Columns().id("id").number("attempts").instant("next_at").text("last_error", 500);
  private static final String FAIL =
      "UPDATE delivery JOIN "
          + FAILED.table()
          + " ON delivery.id = j.id SET delivery.attempts = j.attempts,"
          + " delivery.next_at = j.next_at, delivery.leased_until = j.next_at,"
          + " delivery.last_error = j.last_error";

  private static final Columns DEAD =
      new Columns()
          .id("id")
          .code("source", 20)
          .code("address", 80)
          .instant("due_at")
          .longText("body")
          .number("attempts")
          .text("last_error", 500)
          .instant("parked_at");

  /** A redelivered dead letter may fail again, so the row may already exist. */
  private static final String PARK =
      DEAD.insertInto("dead_letter")
          + " ON DUPLICATE KEY UPDATE last_error = VALUES(last_error), parked_at ="
          + " VALUES(parked_at)";

  private static final String FIELDS =
      "SELECT id, channel, user_id, notification_id, device_id, content, attempts, next_at,"
          + " leased_until, created_at FROM delivery ";

  /** The bus address in dead letters of this module. */
  static final String ADDRESS = "notification.redeliver";

  /** The due time of deliveries that wait for something else than a time. */
  public static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  /** A mail or push to insert. */
  public record NewDelivery(
      String id,
      Channel channel,
      String userId,
      @Nullable String notificationId,
      @Nullable String deviceId,
      @Nullable String content) {}

  /** A row of {@code delivery}. {@code nextAt} and {@code leasedUntil} are real time. */
  public record Delivery(
      String id,
      Channel channel,
      String userId,
      @Nullable String notificationId,
      @Nullable String deviceId,
      @Nullable String content,
      int attempts,
      Instant nextAt,
      Instant leasedUntil,
      Instant createdAt) {

    /** Returns a copy without attempts, for redelivery. */
    public NewDelivery again() {
      return new NewDelivery(id, channel, userId, notificationId, deviceId, content);
    }

    /** When the next worker may send it. */
    public Instant freeAt() {
      return nextAt.isAfter(leasedUntil) ? nextAt : leasedUntil;
    }
  }

  /** The content of a notification that a delivery sends. */
  public record Said(String id, String kind, String title, String text, Map<String, String> data) {}

  /** A failed attempt and the time of the next one. */
  public record Failed(String id, int attempts, Instant nextAt, String error) {}

  /** A delivery that becomes a dead letter. */
  public record Dead(Delivery delivery, String body, int attempts, String error) {}

  /** Inserts deliveries that are due at once. */
  public void add(Tx tx, List<NewDelivery> deliveries, Instant now) {
    add(tx, deliveries, now, now);
  }

  /** New ones, due then. */
  public void add(Tx tx, List<NewDelivery> deliveries, Instant dueAt, Instant now) {
    List<@Nullable Object[]> rows = new ArrayList<>(deliveries.size());
    for (NewDelivery d : deliveries) {
      rows.add(
          new @Nullable Object[] {
            d.id,
            d.channel.name(),
            d.userId,
            d.notificationId,
            d.deviceId,
            d.content,
            0,
            dueAt,
            now,
            now
          });
    }
    ADD.rows(tx, rows);
  }

  /** Locks those that still exist, in the order of their ids. */
  public List<Delivery> lock(Tx tx, Collection<String> ids) {
    return tx.list(
        FIELDS + "WHERE id IN " + InList.marks(ids.size()) + " ORDER BY id FOR UPDATE",
        DeliveryStore::delivery,
        InList.parameters(List.of(), ids));
  }

  /** Locks deliveries that are due and not leased, the longest overdue first. */
  public List<Delivery> lockDue(Tx tx, Channel channel, Instant now, int limit) {
    return tx.list(
        FIELDS
            + "WHERE channel = ? AND next_at <= ? AND leased_until <= ? ORDER BY next_at LIMIT ?"
            + " FOR UPDATE SKIP LOCKED",
        DeliveryStore::delivery,
        channel.name(),
        now,
        now,
        limit);
  }

  /** Makes deliveries due that had no due time. */
  public void wake(Tx tx, Collection<String> ids, Instant now) {
    tx.write(
        "UPDATE delivery SET next_at = ?, leased_until = ? WHERE id IN " + InList.marks(ids.size()),
        InList.parameters(List.of(Sql.utc(now), Sql.utc(now)), ids));
  }

  public void lease(Tx tx, Collection<String> ids, Instant until) {
    tx.write(
        "UPDATE delivery SET leased_until = ? WHERE id IN " + InList.marks(ids.size()),
        InList.parameters(List.of(Sql.utc(until)), ids));
  }

  public Map<String, Said> said(Sql sql, Set<String> notificationIds) {
    if (notificationIds.isEmpty()) {
      return Map.of();
    }
    Map<String, Said> said = new HashMap<>();
    sql.list(
        "SELECT id, kind, title, text, data FROM notification WHERE id IN "
            + InList.marks(notificationIds.size()),
        row -> said.put(row.getString("id"), said(row)),
        InList.parameters(List.of(), notificationIds));
    return said;
  }

  public void remove(Tx tx, Collection<String> ids) {
    tx.write(
        "DELETE FROM delivery WHERE id IN " + InList.marks(ids.size()),
        InList.parameters(List.of(), ids));
  }

  public void fail(Tx tx, List<Failed> failures) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Failed f : failures) {
      rows.add(new @Nullable Object[] {f.id, f.attempts, f.nextAt, PlainText.line(f.error, 500)});
    }
    tx.write(FAIL, FAILED.json(rows));
  }

  /** Moves deliveries to the dead letters, with the same ids. */
  public void park(Tx tx, List<Dead> dead, Instant now) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Dead d : dead) {
      rows.add(
          new @Nullable Object[] {
            d.delivery.id,
            d.delivery.channel.name(),
            ADDRESS,
            d.delivery.createdAt,
            d.body,
            d.attempts,
            PlainText.line(d.error, 500),
            now
          });
    }
    tx.write(PARK, DEAD.json(rows));
    remove(tx, dead.stream().map(d -> d.delivery.id).collect(Collectors.toSet()));
  }

  /** Deletes a dead letter of a mail or push; returns its body, or null if there is none. */
  public @Nullable String takeDeadLetter(Tx tx, String id) {
    String body =
        tx.first(
            "SELECT body FROM dead_letter WHERE id = ? AND source IN ('email', 'push') FOR UPDATE",
            row -> row.getString("body"),
            id);
    if (body != null) {
      tx.write("DELETE FROM dead_letter WHERE id = ?", id);
    }
    return body;
  }

  /**
   * Returns ids of deliveries that have been due since then and are not leased, the longest overdue
   * first.
   */
  public List<String> overdue(Sql sql, Channel channel, Instant dueSince, Instant now, int limit) {
    return sql.list(
        "SELECT id FROM delivery WHERE channel = ? AND next_at <= ? AND leased_until <= ?"
            + " ORDER BY next_at LIMIT ?",
        row -> row.getString("id"),
        channel.name(),
        dueSince,
        now,
        limit);
  }

  /** Counts deliveries that are due or in progress, up to 100,000. */
  public long waiting(Sql sql, Instant now) {
    Long count =
        sql.first(
            "SELECT COUNT(*) AS n FROM (SELECT 1 FROM delivery WHERE next_at <= ? LIMIT "
                + MOST_COUNTED
                + ") due",
            row -> row.getLong("n"),
            now);
    return count == null ? 0 : count;
  }

  /** From the columns id, kind, title, text and data of a notification. */
  static Said said(Row row) {
    return new Said(
        row.getString("id"),
        row.getString("kind"),
        row.getString("title"),
        row.getString("text"),
        StoredData.read(row.getString("data")));
  }

  private static Delivery delivery(Row row) {
    return new Delivery(
        row.getString("id"),
        Channel.valueOf(row.getString("channel")),
        row.getString("user_id"),
        row.getString("notification_id"),
        row.getString("device_id"),
        row.getString("content"),
        row.getInteger("attempts"),
        Sql.instant(row, "next_at"),
        Sql.instant(row, "leased_until"),
        Sql.instant(row, "created_at"));
  }
}
