package io.classbell.notification.delivery;

import io.classbell.notification.api.Channel;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.model.MailPeriod;
import io.classbell.notification.store.DeliveryStore;
import io.classbell.notification.store.DeliveryStore.Delivery;
import io.classbell.notification.store.DeliveryStore.NewDelivery;
import io.classbell.notification.store.DeliveryStore.Said;
import io.classbell.notification.store.MailPeriodStore;
import io.classbell.notification.store.MailPeriodStore.Item;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.Tx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Limits the notifications that are mailed to each recipient: those beyond the limits of a period
 * are collected in one mail, a digest, which is due when the period ends. The counts are rows, so
 * all nodes share them.
 */
public final class MailDigests {
  /**
   * The content of a delivery that is a digest. A node of a release without digests fails to read
   * it as a mail, which it takes for a temporary failure: the digest stays until a node that knows
   * digests tries it.
   */
  static final String CONTENT = "\"digest\"";

  /** A notification that is to be mailed. */
  public record Candidate(String userId, String notificationId, Kind kind) {}

  private final DeliveryStore deliveries;
  private final MailPeriodStore periods;
  private final MailPeriod.Limits limits;

  public MailDigests(DeliveryStore deliveries, MailPeriodStore periods, MailPeriod.Limits limits) {
    this.deliveries = deliveries;
    this.periods = periods;
    this.limits = limits;
  }

  /** Whether the delivery is a digest. */
  static boolean isDigest(Delivery delivery) {
    return CONTENT.equals(delivery.content());
  }

  /**
   * Decides which of these notifications, whose inboxes are locked, are mailed by themselves, and
   * collects the others.
   *
   * @return ids of the notices that are collected, and so are not mailed by themselves
   */
  public Set<String> collect(Tx tx, Collection<Candidate> notices, Instant now) {
    if (notices.isEmpty()) {
      return Set.of();
    }
    Map<String, MailPeriod> current =
        new HashMap<>(
            periods.lock(tx, notices.stream().map(Candidate::userId).distinct().toList()));
    List<Item> items = new ArrayList<>();
    for (Candidate notice : notices) {
      String userId = notice.userId();
      MailPeriod before = current.getOrDefault(userId, MailPeriod.starting(now, limits));
      MailPeriod.Added added = before.add(notice.kind(), now, limits);
      current.put(userId, added.next());
      String digestId = added.digestId();
      if (digestId != null) {
        items.add(new Item(digestId, notice.notificationId()));
        if (added.newDigest()) {
          NewDelivery digest =
              new NewDelivery(digestId, Channel.email, userId, null, null, CONTENT);
          deliveries.add(tx, List.of(digest), added.next().endsAt(), now);
        }
      }
    }
    periods.put(tx, current);
    if (!items.isEmpty()) {
      periods.addItems(tx, items);
    }
    return items.stream().map(Item::notificationId).collect(Collectors.toSet());
  }

  /** Closes a digest that is about to be sent, so that every try has the same notifications. */
  List<Said> close(Database database, Delivery digest) {
    return database.inTransaction(
        tx -> {
          periods.close(tx, digest.userId(), digest.id());
          return periods.items(tx, digest.id());
        });
  }

  /** Deletes what belongs to those of the deliveries that are digests; they were sent. */
  void sent(Tx tx, Collection<Delivery> deliveries) {
    List<String> digests =
        deliveries.stream().filter(MailDigests::isDigest).map(Delivery::id).toList();
    if (!digests.isEmpty()) {
      periods.removeItems(tx, digests);
    }
  }
}
