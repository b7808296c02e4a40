package io.classbell.notification.delivery;

import io.classbell.notification.api.NotificationSettings;
import io.classbell.notification.delivery.ChannelSender.Outcome;
import io.classbell.notification.store.DeliveryStore;
import io.classbell.notification.store.DeliveryStore.Dead;
import io.classbell.notification.store.DeliveryStore.Delivery;
import io.classbell.notification.store.DeliveryStore.Failed;
import io.classbell.platform.Backoff;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.Tx;
import io.classbell.platform.json.Json;
import io.classbell.platform.node.Node;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Records outcomes of attempts in groups. A delivered row is deleted, a failed row gets the time of
 * its next attempt, and one that failed permanently becomes a dead letter.
 */
public final class DeliveryResults {
  private static final int MOST_IN_GROUP = 64;

  /** A finished attempt. */
  private record Attempt(String id, Outcome outcome) {}

  /** Time of the next attempt; null if there is none. */
  record Next(@Nullable Instant at) {}

  private static final Next NEVER = new Next(null);

  private final Node node;
  private final DeliveryStore store;
  private final MailDigests digests;
  private final Backoff backoff;
  private final int maxAttempts;
  private final Duration giveUpAfter;
  private final GroupCommit<Attempt, Next> group;
  private final Counter parked;

  public DeliveryResults(
      Vertx vertx,
      Node node,
      DeliveryStore store,
      MailDigests digests,
      NotificationSettings settings) {
    this.node = node;
    this.store = store;
    this.digests = digests;
    this.backoff = new Backoff(settings.firstBackoff(), settings.maxBackoff());
    this.maxAttempts = settings.maxAttempts();
    this.giveUpAfter = settings.giveUpAfter();
    this.group =
        new GroupCommit<>(
            vertx,
            node.database(),
            node.meters(),
            "notification.settle",
            MOST_IN_GROUP,
            1,
            this::commit);
    this.parked =
        Counter.builder("classbell.deliveries.parked")
            .description("Mails and pushes that became dead letters")
            .register(node.meters());
  }

  /** Records an outcome, on a virtual thread. */
  Next record(Delivery delivery, Outcome outcome) {
    return group.run(new Attempt(delivery.id(), outcome));
  }

  /**
   * Attempts without a row are ignored: another worker took the delivery over and recorded its
   * outcome.
   */
  private List<GroupCommit.Outcome<Next>> commit(Tx tx, List<Attempt> attempts) {
    Map<String, Delivery> rows =
        store.lock(tx, attempts.stream().map(Attempt::id).distinct().toList()).stream()
            .collect(Collectors.toMap(Delivery::id, Function.identity()));
    Instant now = node.clock().realNow();
    List<Delivery> gone = new ArrayList<>();
    List<Failed> failed = new ArrayList<>();
    List<Dead> dead = new ArrayList<>();
    List<GroupCommit.Outcome<Next>> answers = new ArrayList<>(attempts.size());
    for (Attempt attempt : attempts) {
      Delivery row = rows.remove(attempt.id());
      Next next = NEVER;
      if (row != null) {
        switch (attempt.outcome) {
          case ChannelSender.Delivered done -> gone.add(row);
          case ChannelSender.Refused refused -> dead.add(dead(row, refused.error()));
          case ChannelSender.Again again -> {
            if (isExhausted(row, now)) {
              dead.add(dead(row, again.error()));
            } else {
              Failed failure = failed(row, again, now);
              failed.add(failure);
              next = new Next(failure.nextAt());
            }
          }
        }
      }
      answers.add(new GroupCommit.Outcome.Done<>(next));
    }
    if (!gone.isEmpty()) {
      digests.sent(tx, gone);
      store.remove(tx, gone.stream().map(Delivery::id).toList());
    }
    if (!failed.isEmpty()) {
      store.fail(tx, failed);
    }
    if (!dead.isEmpty()) {
      store.park(tx, dead, now);
      tx.afterCommit(() -> parked.increment(dead.size()));
    }
    return answers;
  }

  /**
   * Whether both the number of attempts and the time limit are exhausted. Attempts alone do not
   * count, because a mail server may be unavailable for hours.
   */
  private boolean isExhausted(Delivery row, Instant now) {
    return row.attempts() + 1 >= maxAttempts && !now.isBefore(row.createdAt().plus(giveUpAfter));
  }

  private Failed failed(Delivery row, ChannelSender.Again again, Instant now) {
    int attempts = row.attempts() + 1;
    Duration wait = backoff.after(attempts, ThreadLocalRandom.current().nextDouble());
    Duration requested = again.after();
    if (requested != null && requested.compareTo(wait) > 0) {
      wait = requested;
    }
    return new Failed(row.id(), attempts, now.plus(wait), again.error());
  }

  private static Dead dead(Delivery row, String error) {
    return new Dead(row, Json.write(row), row.attempts() + 1, error);
  }
}
