package io.classbell.notification.delivery;

import io.classbell.notification.api.NotificationApi.MailUnread;
import io.classbell.notification.api.NotificationApi.UnreadMail;
import io.classbell.notification.store.DeliveryStore;
import io.classbell.notification.store.DeliveryStore.Delivery;
import io.classbell.notification.store.DeliveryStore.NewDelivery;
import io.classbell.notification.store.InboxStore;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Task;
import io.classbell.platform.db.Tx;
import io.classbell.platform.node.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Mails notifications that are still unread after a while. Their deliveries exist from the start,
 * without a due time; they become due here or are removed. A message that arrives again finds none
 * of them waiting, so it sends nothing twice.
 */
public final class UnreadMails {
  private final Node node;
  private final DeliveryStore deliveries;
  private final InboxStore inboxes;
  private final MailDigests digests;
  private final Consumer<List<NewDelivery>> queue;

  /** {@code queue} receives deliveries that became due, after the commit. */
  public UnreadMails(
      Node node,
      DeliveryStore deliveries,
      InboxStore inboxes,
      MailDigests digests,
      Consumer<List<NewDelivery>> queue) {
    this.node = node;
    this.deliveries = deliveries;
    this.inboxes = inboxes;
    this.digests = digests;
    this.queue = queue;
  }

  /** Serves the task. */
  public List<Task.Failed> mail(List<Task.Due<MailUnread>> messages) {
    List<Task.Failed> failed = new ArrayList<>();
    for (Task.Due<MailUnread> message : messages) {
      try {
        node.database().inTransaction(tx -> decide(tx, message.body().mails()));
      } catch (RuntimeException e) {
        failed.add(Task.Failed.of(message.id(), e));
      }
    }
    return failed;
  }

  private Ack decide(Tx tx, List<UnreadMail> mails) {
    if (mails.isEmpty()) {
      return Ack.DONE;
    }
    Instant now = node.clock().realNow();
    inboxes.lock(tx, mails.stream().map(UnreadMail::userId).distinct().toList());
    List<Delivery> waiting =
        deliveries.lock(tx, mails.stream().map(UnreadMail::deliveryId).toList()).stream()
            .filter(d -> d.nextAt().equals(DeliveryStore.NEVER))
            .toList();
    Set<String> waitingIds = waiting.stream().map(Delivery::id).collect(Collectors.toSet());
    Set<String> unread =
        inboxes.unreadOf(tx, mails.stream().map(UnreadMail::notificationId).toList());
    List<UnreadMail> wanted =
        mails.stream()
            .filter(m -> waitingIds.contains(m.deliveryId()))
            .filter(m -> unread.contains(m.notificationId()))
            .toList();
    Set<String> collected =
        digests.collect(
            tx,
            wanted.stream()
                .map(m -> new MailDigests.Candidate(m.userId(), m.notificationId(), m.kind()))
                .toList(),
            now);
    Set<String> due =
        wanted.stream()
            .filter(m -> !collected.contains(m.notificationId()))
            .map(UnreadMail::deliveryId)
            .collect(Collectors.toSet());
    waitingIds.removeAll(due);
    if (!due.isEmpty()) {
      deliveries.wake(tx, due, now);
    }
    if (!waitingIds.isEmpty()) {
      deliveries.remove(tx, waitingIds);
    }
    List<NewDelivery> queued =
        waiting.stream().filter(d -> due.contains(d.id())).map(Delivery::again).toList();
    tx.afterCommit(() -> queue.accept(queued));
    return Ack.DONE;
  }
}
