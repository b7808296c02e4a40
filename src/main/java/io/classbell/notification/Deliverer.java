package io.classbell.notification;

import io.classbell.account.AccountApi.Person;
import io.classbell.account.People;
import io.classbell.notification.Courier.Job;
import io.classbell.notification.Courier.Outcome;
import io.classbell.notification.DeliveryQueue.Finished;
import io.classbell.notification.DeliveryQueue.Taken;
import io.classbell.notification.DeliveryStore.Delivery;
import io.classbell.notification.DeliveryStore.Said;
import io.classbell.platform.Node;
import io.classbell.platform.db.Tx;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers mails and pushes: takes work from the queue, or from the rows themselves where Redis is
 * down; leases the rows, so that nobody sends the same at once; sends, so many at a time; and
 * settles. Runs on its verticle's context.
 */
final class Deliverer {
  private static final Logger LOG = LoggerFactory.getLogger(Deliverer.class);

  /** How often it looks for work that nobody told it of. */
  private static final Duration LOOK = Duration.ofMillis(250);

  /** When work is looked at again that could not even be begun. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Longer than a delivery takes: a lease must outlive the attempt. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Context context;
  private final Node node;
  private final DeliveryStore store;
  private final DeliveryQueue queue;
  private final People people;
  private final Settlements settlements;
  private final Map<Channel, Courier> couriers;
  private final Duration lease;
  private final Duration claimAfter;
  private final int workers;
  private Promise<Void> wake = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private long lastClaim = System.nanoTime();
  private int busy;
  private boolean stopping;

  /** {@code context} is the verticle's own, whose work runs one at a time. */
  Deliverer(
      Vertx vertx,
      Context context,
      Node node,
      DeliveryStore store,
      DeliveryQueue queue,
      People people,
      Settlements settlements,
      Map<Channel, Courier> couriers,
      NotificationSettings settings) {
    this.vertx = vertx;
    this.context = context;
    this.node = node;
    this.store = store;
    this.queue = queue;
    this.people = people;
    this.settlements = settlements;
    this.couriers = couriers;
    this.claimAfter = settings.claimAfter();
    Duration longest = settings.smtp().connectTimeout().plus(settings.smtp().sendTimeout());
    Duration needed = longest.plus(MARGIN);
    this.lease = needed.compareTo(claimAfter) > 0 ? needed : claimAfter;
    this.workers = settings.workers();
  }

  /** Begins to deliver. */
  void start() {
    context.runOnContext(v -> loop());
  }

  /** There may be new work: look at once. On the verticle's context. */
  void look() {
    wake.tryComplete();
  }

  /** Takes nothing more; done when what is under way is over. */
  Future<Void> stop() {
    stopping = true;
    look();
    return ended.future();
  }

  private void loop() {
    while (!stopping) {
      Promise<Void> next = Promise.promise();
      wake = next;
      boolean more = false;
      try {
        // In batches: a round costs a durable commit, whether it takes one delivery or many.
        more = busy <= workers / 2 && round(workers - busy) > 0;
      } catch (Exception e) {
        LOG.warn("no work can be taken now: {}", e.toString());
      }
      if (!more) {
        pause(next.future());
      }
    }
    while (busy > 0) {
      Promise<Void> next = Promise.promise();
      wake = next;
      pause(next.future());
    }
    ended.tryComplete();
  }

  /** Until it is woken, but not longer than a look takes. */
  private void pause(Future<Void> woken) {
    Future.any(woken, vertx.timer(LOOK.toMillis(), TimeUnit.MILLISECONDS)).await();
  }

  /** Takes and begins up to so many; answers how many there were. */
  private int round(int most) {
    List<Taken> taken;
    try {
      taken = fromQueue(most);
    } catch (Exception redisFails) {
      if (DeliveryQueue.forgotten(redisFails)) {
        queue.prepare().await();
        return 0;
      }
      return fromRows(most);
    }
    if (!taken.isEmpty()) {
      fromEntries(taken);
    }
    return taken.size();
  }

  private void fromEntries(List<Taken> taken) {
    Instant now = node.clock().realNow();
    List<String> ids = taken.stream().map(Taken::deliveryId).distinct().toList();
    List<Delivery> rows;
    try {
      rows =
          node.database()
              .inTransaction(
                  tx -> {
                    List<Delivery> there = store.lock(tx, ids);
                    lease(tx, free(there, now), now);
                    return there;
                  });
    } catch (RuntimeException e) {
      Instant soon = now.plus(SOON);
      finish(taken.stream().map(t -> new Finished(t, soon)).toList());
      throw e;
    }
    begin(taken, rows, now);
  }

  private List<Taken> fromQueue(int most) {
    queue.promote(node.clock().realNow()).await();
    if (System.nanoTime() - lastClaim > claimAfter.toNanos() / 2) {
      List<Taken> stalled = queue.claim(claimAfter, most).await();
      if (stalled.size() < most) {
        lastClaim = System.nanoTime();
      }
      if (!stalled.isEmpty()) {
        return stalled;
      }
    }
    return queue.take(most).await();
  }

  /** Slower, but works: what is due is found in the table. */
  private int fromRows(int most) {
    Instant now = node.clock().realNow();
    List<Delivery> rows =
        node.database()
            .inTransaction(
                tx -> {
                  List<Delivery> due = store.lockDue(tx, now, most);
                  lease(tx, due, now);
                  return due;
                });
    begin(rows.stream().map(d -> new Taken(d.id(), null)).toList(), rows, now);
    return rows.size();
  }

  private void lease(Tx tx, List<Delivery> rows, Instant now) {
    if (!rows.isEmpty()) {
      store.lease(tx, rows.stream().map(Delivery::id).toList(), now.plus(lease));
    }
  }

  private static List<Delivery> free(List<Delivery> rows, Instant now) {
    return rows.stream().filter(d -> !d.freeAt().isAfter(now)).toList();
  }

  /** Sends what is free; what is gone is done, and what is not free yet is put aside. */
  private void begin(List<Taken> taken, List<Delivery> rows, Instant now) {
    Map<String, Delivery> there = new HashMap<>();
    rows.forEach(row -> there.put(row.id(), row));
    Prepared prepared = prepare(free(rows, now));
    List<Finished> finished = new ArrayList<>();
    for (Taken t : taken) {
      Delivery row = there.get(t.deliveryId());
      if (row == null) {
        finished.add(new Finished(t, null));
      } else if (row.freeAt().isAfter(now)) {
        finished.add(new Finished(t, row.freeAt()));
      } else {
        // Queued twice, it is gone for the second entry.
        there.remove(row.id());
        busy++;
        context.runOnContext(v -> work(row, prepared, t));
      }
    }
    finish(finished);
  }

  /** What attempts need, read for all of them at once; or why it could not be read. */
  private record Prepared(
      Map<String, Person> people, Map<String, Said> said, @Nullable String failure) {}

  private Prepared prepare(List<Delivery> rows) {
    Set<String> users = new HashSet<>();
    Set<String> notifications = new HashSet<>();
    for (Delivery row : rows) {
      users.add(row.userId());
      if (row.notificationId() != null) {
        notifications.add(row.notificationId());
      }
    }
    try {
      Map<String, Said> said = store.said(node.database().read(), notifications);
      return new Prepared(users.isEmpty() ? Map.of() : people.byIds(users), said, null);
    } catch (RuntimeException e) {
      return new Prepared(Map.of(), Map.of(), String.valueOf(e.getMessage()));
    }
  }

  private void work(Delivery delivery, Prepared prepared, Taken taken) {
    try {
      long started = System.nanoTime();
      Outcome outcome = attempt(delivery, prepared);
      time(delivery.channel(), outcome).record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
      Settlements.Next next = settlements.settle(delivery, outcome);
      finish(List.of(new Finished(taken, next.at())));
    } catch (Exception e) {
      // Unsettled: its lease runs out, and it is found again.
      LOG.warn("delivery {} is not settled: {}", delivery.id(), e.toString());
    } finally {
      busy--;
      look();
    }
  }

  private Outcome attempt(Delivery delivery, Prepared prepared) {
    if (prepared.failure != null) {
      return new Courier.Again(prepared.failure, null);
    }
    Person recipient = prepared.people.get(delivery.userId());
    if (recipient == null) {
      return new Courier.Refused("there is no such user");
    }
    String notification = delivery.notificationId();
    Said said = notification == null ? null : prepared.said.get(notification);
    Courier courier = Objects.requireNonNull(couriers.get(delivery.channel()));
    try {
      return courier.deliver(new Job(delivery, recipient, said));
    } catch (Exception e) {
      return new Courier.Again(e.getClass().getSimpleName() + ": " + e.getMessage(), null);
    }
  }

  private Timer time(Channel channel, Outcome outcome) {
    return Timer.builder("classbell.delivery.time")
        .tag("channel", channel.name())
        .tag("outcome", outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT))
        .register(node.meters());
  }

  /** Where Redis does not hear it, the entry is claimed later and its row found gone. */
  private void finish(List<Finished> finished) {
    queue
        .finish(finished)
        .onFailure(e -> LOG.debug("the queue was not told of finished work: {}", e.getMessage()));
  }
}
