package io.classbell.notification.delivery;

import io.classbell.notification.api.Channel;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Mail;
import io.classbell.notification.api.NotificationApi.Redeliver;
import io.classbell.notification.store.DeliveryStore;
import io.classbell.notification.store.DeliveryStore.Delivery;
import io.classbell.notification.store.DeliveryStore.NewDelivery;
import io.classbell.platform.Ids;
import io.classbell.platform.adminlog.AdminAction;
import io.classbell.platform.adminlog.AdminLog;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Task;
import io.classbell.platform.json.Json;
import io.classbell.platform.node.Node;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Creates deliveries without a notification: account mails and redelivered dead letters. */
public final class DirectMails {
  private final Node node;
  private final DeliveryStore store;
  private final Consumer<List<NewDelivery>> queue;

  /** {@code queue} receives new deliveries after the commit. */
  public DirectMails(Node node, DeliveryStore store, Consumer<List<NewDelivery>> queue) {
    this.node = node;
    this.store = store;
    this.queue = queue;
  }

  /**
   * Serves the task. The delivery's id is derived from the cause, so that a repeated message sends
   * one mail.
   */
  public List<Task.Failed> mail(List<Task.Due<Mail>> messages) {
    if (messages.isEmpty()) {
      return List.of();
    }
    add(
        messages.stream()
            .map(Task.Due::body)
            .map(
                mail ->
                    new NewDelivery(
                        Ids.derived("mail", mail.userId(), mail.cause()),
                        Channel.email,
                        mail.userId(),
                        null,
                        null,
                        Json.write(mail)))
            .toList());
    return List.of();
  }

  private void add(List<NewDelivery> rows) {
    Instant now = node.clock().realNow();
    node.database()
        .inTransaction(
            tx -> {
              store.add(tx, rows, now);
              tx.afterCommit(() -> queue.accept(rows));
              return Ack.DONE;
            });
  }

  /** Queues a dead letter again under its original id, so that the Message-ID stays the same. */
  public Ack redeliver(Redeliver redeliver) {
    Instant now = node.clock().realNow();
    return node.database()
        .inTransaction(
            tx -> {
              String body = store.takeDeadLetter(tx, redeliver.deadLetterId());
              if (body == null) {
                throw NotificationApi.NO_DEAD_LETTER.refused();
              }
              Delivery dead = Json.read(body, Delivery.class);
              List<NewDelivery> again = List.of(dead.again());
              store.add(tx, again, now);
              if (redeliver.adminId() != null) {
                AdminLog.record(
                    tx,
                    node.clock().now(),
                    new AdminAction(
                        redeliver.adminId(),
                        "dead_letter_replayed",
                        "dead_letter",
                        redeliver.deadLetterId(),
                        null,
                        Map.of(),
                        Map.of("attempts", 0)));
              }
              tx.afterCommit(() -> queue.accept(again));
              return Ack.DONE;
            });
  }
}
