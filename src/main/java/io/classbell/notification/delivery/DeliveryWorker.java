package io.classbell.notification.delivery;

import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.ProfileCache;
import io.classbell.notification.api.Channel;
import io.classbell.notification.delivery.ChannelSender.Job;
import io.classbell.notification.delivery.ChannelSender.Outcome;
import io.classbell.notification.delivery.DeliveryIntake.Work;
import io.classbell.notification.delivery.DeliveryQueue.Finished;
import io.classbell.notification.store.DeliveryStore;
import io.classbell.notification.store.DeliveryStore.Delivery;
import io.classbell.notification.store.DeliveryStore.Said;
import io.classbell.notification.text.ReminderTiming;
import io.classbell.platform.node.Node;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
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
 * Delivers mails and pushes: takes what is to be done, sends, so many at a time, and settles. Runs
 * on its verticle's context.
 */
public final class DeliveryWorker {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryWorker.class);

  /** How often it looks for work that nobody told it of. */
  private static final Duration LOOK = Duration.ofMillis(250);

  /** How long it rests when what became of an attempt cannot be written down. */
  private static final Duration SETTLE_AGAIN = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Context context;
  private final Node node;
  private final DeliveryIntake intake;
  private final DeliveryStore store;
  private final ProfileCache people;
  private final DeliveryResults settlements;
  private final MailDigests digests;
  private final Map<Channel, ChannelSender> couriers;
  private final int workers;
  private Promise<Void> wake = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private int busy;
  private boolean stopping;

  /** {@code context} is the verticle's own, whose work runs one at a time. */
  public DeliveryWorker(
      Vertx vertx,
      Context context,
      Node node,
      DeliveryIntake intake,
      DeliveryStore store,
      ProfileCache people,
      DeliveryResults settlements,
      MailDigests digests,
      Map<Channel, ChannelSender> couriers,
      int workers) {
    this.vertx = vertx;
    this.context = context;
    this.node = node;
    this.intake = intake;
    this.store = store;
    this.people = people;
    this.settlements = settlements;
    this.digests = digests;
    this.couriers = couriers;
    this.workers = workers;
  }

  /** Begins to deliver. */
  public void start() {
    context.runOnContext(v -> loop());
  }

  /** There may be new work: look at once. On the verticle's context. */
  public void look() {
    wake.tryComplete();
  }

  /** Takes nothing more; done when what is under way is over. */
  public Future<Void> stop() {
    stopping = true;
    look();
    return ended.future();
  }

  private void loop() {
    boolean waited = true;
    while (!stopping) {
      Promise<Void> next = Promise.promise();
      wake = next;
      boolean more = false;
      // A round costs a durable commit, whether it takes one delivery or many: so half of the
      // workers gather, but not for long, as the others may be with a server that is slow.
      if (busy <= workers / 2 || (waited && busy < workers)) {
        try {
          more = round(workers - busy) > 0;
        } catch (Exception e) {
          LOG.warn("no work can be taken now: {}", e.toString());
        }
      }
      waited = !more && pause(next.future());
    }
    while (busy > 0) {
      Promise<Void> next = Promise.promise();
      wake = next;
      pause(next.future());
    }
    ended.tryComplete();
  }

  /** Until it is woken, but not longer than a look takes; answers whether it took that long. */
  private boolean pause(Future<Void> woken) {
    Future.any(woken, vertx.timer(LOOK.toMillis(), TimeUnit.MILLISECONDS)).await();
    return !woken.isComplete();
  }

  /** Takes and begins up to so many; answers how many there were. */
  private int round(int most) {
    DeliveryIntake.Look look = intake.take(most);
    Prepared prepared = prepare(look.work().stream().map(Work::delivery).toList());
    for (Work work : look.work()) {
      busy++;
      context.runOnContext(v -> carryOut(work, prepared));
    }
    return look.found();
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

  private void carryOut(Work work, Prepared prepared) {
    Delivery delivery = work.delivery();
    try {
      long started = System.nanoTime();
      Outcome outcome = attempt(delivery, prepared);
      time(delivery.channel(), outcome).record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
      DeliveryResults.Next next = settle(work, outcome);
      intake.finish(List.of(new Finished(work.taken(), next.at())));
    } catch (Exception e) {
      // Unsettled: its lease runs out, and it is found again.
      LOG.warn("delivery {} is not settled: {}", delivery.id(), e.toString());
    } finally {
      busy--;
      look();
    }
  }

  /**
   * Tried for as long as nobody else may take the delivery: a mail that was sent and is not settled
   * is sent twice.
   */
  private DeliveryResults.Next settle(Work work, Outcome outcome) {
    while (true) {
      try {
        return settlements.settle(work.delivery(), outcome);
      } catch (RuntimeException e) {
        Instant again = node.clock().realNow().plus(SETTLE_AGAIN);
        if (stopping || !again.isBefore(work.leasedUntil())) {
          throw e;
        }
        LOG.debug("delivery {} is not settled yet: {}", work.delivery().id(), e.toString());
      }
      vertx.timer(SETTLE_AGAIN.toMillis(), TimeUnit.MILLISECONDS).await();
    }
  }

  private Outcome attempt(Delivery delivery, Prepared prepared) {
    if (prepared.failure != null) {
      return new ChannelSender.Again(prepared.failure, null);
    }
    Person recipient = prepared.people.get(delivery.userId());
    if (recipient == null) {
      return new ChannelSender.Refused("there is no such user");
    }
    ChannelSender courier = Objects.requireNonNull(couriers.get(delivery.channel()));
    try {
      List<Said> all = said(delivery, prepared);
      Instant now = node.clock().now();
      List<Said> current =
          all.stream().filter(s -> !ReminderTiming.isOver(s.kind(), s.data(), now)).toList();
      boolean nothingLeft = current.isEmpty() && (!all.isEmpty() || MailDigests.isDigest(delivery));
      return nothingLeft
          ? new ChannelSender.Delivered()
          : courier.deliver(new Job(delivery, recipient, current));
    } catch (Exception e) {
      return new ChannelSender.Again(e.getClass().getSimpleName() + ": " + e.getMessage(), null);
    }
  }

  /** The notifications that a delivery tells. */
  private List<Said> said(Delivery delivery, Prepared prepared) {
    if (MailDigests.isDigest(delivery)) {
      return digests.close(node.database(), delivery);
    }
    String notification = delivery.notificationId();
    Said said = notification == null ? null : prepared.said.get(notification);
    return said == null ? List.of() : List.of(said);
  }

  private Timer time(Channel channel, Outcome outcome) {
    return Timer.builder("classbell.delivery.time")
        .description("Time that an attempt to deliver a mail or a push took")
        .tag("channel", channel.name())
        .tag("outcome", outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT))
        .register(node.meters());
  }
}
