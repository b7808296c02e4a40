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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers mails or pushes: takes due deliveries of its channel, sends up to {@code workers} at a
 * time and records the outcomes. Runs on its verticle's context.
 */
public final class DeliveryWorker {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryWorker.class);

  /** Longest time between two polls for deliveries. */
  private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

  /** Wait before an outcome that could not be recorded is recorded again. */
  private static final Duration RECORD_RETRY = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Context context;
  private final Node node;
  private final DeliveryIntake intake;
  private final DeliveryStore store;
  private final ProfileCache people;
  private final DeliveryResults results;
  private final MailDigests digests;
  private final ChannelSender sender;
  private final int workers;
  private Promise<Void> wake = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private int busy;
  private boolean stopping;

  /** {@code context} is the verticle's own, which runs one task at a time. */
  public DeliveryWorker(
      Vertx vertx,
      Context context,
      Node node,
      DeliveryIntake intake,
      DeliveryStore store,
      ProfileCache people,
      DeliveryResults results,
      MailDigests digests,
      ChannelSender sender,
      int workers) {
    this.vertx = vertx;
    this.context = context;
    this.node = node;
    this.intake = intake;
    this.store = store;
    this.people = people;
    this.results = results;
    this.digests = digests;
    this.sender = sender;
    this.workers = workers;
  }

  /** Starts delivering. */
  public void start() {
    context.runOnContext(v -> loop());
  }

  /** Polls at once, because there may be new deliveries. Call it on the verticle's context. */
  public void poll() {
    wake.tryComplete();
  }

  /** Takes no more deliveries; completes when those in progress have finished. */
  public Future<Void> stop() {
    stopping = true;
    poll();
    return ended.future();
  }

  private void loop() {
    boolean waited = true;
    while (!stopping) {
      Promise<Void> next = Promise.promise();
      wake = next;
      boolean more = false;
      // Each poll costs a durable commit, whatever the number of deliveries. It therefore waits
      // until half of the workers are idle, but not for long, because the others may be blocked by
      // a slow server.
      if (busy <= workers / 2 || (waited && busy < workers)) {
        try {
          more = takeBatch(workers - busy) > 0;
        } catch (Exception e) {
          LOG.warn("Deliveries could not be fetched; trying again: {}", e.toString());
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

  /**
   * Waits until it is woken or the poll interval has passed; returns whether the interval has
   * passed.
   */
  private boolean pause(Future<Void> woken) {
    Future.any(woken, vertx.timer(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)).await();
    return !woken.isComplete();
  }

  /** Takes and starts up to {@code most} deliveries; returns how many entries were found. */
  private int takeBatch(int most) {
    DeliveryIntake.Polled polled = intake.take(most);
    Prepared prepared = prepare(polled.work().stream().map(Work::delivery).toList());
    for (Work work : polled.work()) {
      busy++;
      context.runOnContext(v -> process(work, prepared));
    }
    return polled.found();
  }

  /** Data for a batch of attempts, or the reason why it could not be loaded. */
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

  private void process(Work work, Prepared prepared) {
    Delivery delivery = work.delivery();
    try {
      long started = System.nanoTime();
      Outcome outcome = attempt(delivery, prepared);
      time(delivery.channel(), outcome).record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
      DeliveryResults.Next next = record(work, outcome);
      intake.finish(List.of(new Finished(work.taken(), next.at())));
    } catch (Exception e) {
      // The outcome is not recorded: the lease expires and the delivery is taken again.
      LOG.warn(
          "The outcome of delivery {} could not be recorded; it will be attempted again: {}",
          delivery.id(),
          e.toString());
    } finally {
      busy--;
      poll();
    }
  }

  /**
   * Retries until the lease expires, because a mail that was sent but not recorded would be sent
   * twice.
   */
  private DeliveryResults.Next record(Work work, Outcome outcome) {
    while (true) {
      try {
        return results.record(work.delivery(), outcome);
      } catch (RuntimeException e) {
        Instant again = node.clock().realNow().plus(RECORD_RETRY);
        if (stopping || !again.isBefore(work.leasedUntil())) {
          throw e;
        }
        LOG.debug(
            "The outcome of delivery {} could not be recorded; trying again: {}",
            work.delivery().id(),
            e.toString());
      }
      vertx.timer(RECORD_RETRY.toMillis(), TimeUnit.MILLISECONDS).await();
    }
  }

  private Outcome attempt(Delivery delivery, Prepared prepared) {
    if (prepared.failure != null) {
      return new ChannelSender.Again(prepared.failure, null);
    }
    Person recipient = prepared.people.get(delivery.userId());
    if (recipient == null) {
      return new ChannelSender.Refused("The recipient does not exist.");
    }
    try {
      List<Said> all = said(delivery, prepared);
      Instant now = node.clock().now();
      List<Said> current =
          all.stream().filter(s -> !ReminderTiming.isOver(s.kind(), s.data(), now)).toList();
      boolean nothingLeft = current.isEmpty() && (!all.isEmpty() || MailDigests.isDigest(delivery));
      return nothingLeft
          ? new ChannelSender.Delivered()
          : sender.deliver(new Job(delivery, recipient, current));
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
