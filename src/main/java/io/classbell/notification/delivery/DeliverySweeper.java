package io.classbell.notification.delivery;

import io.classbell.notification.api.Channel;
import io.classbell.notification.store.DeliveryStore;
import io.classbell.platform.PeriodicJob;
import io.classbell.platform.node.Node;
import io.classbell.platform.redis.RedisStore;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queues due deliveries that are missing from the queue, because Redis was down when they were
 * written or has lost them. Queueing is idempotent, so several nodes may do this at the same time.
 */
public final class DeliverySweeper {
  private static final Logger LOG = LoggerFactory.getLogger(DeliverySweeper.class);
  private static final Duration EVERY = Duration.ofSeconds(3);

  /** Deliveries that became due more recently than this are being queued by their writer. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final int MOST_AT_ONCE = 500;

  private final Vertx vertx;
  private final Context context;
  private final Node node;
  private final DeliveryStore store;
  private final Map<Channel, DeliveryQueue> queues;
  private final RedisStore redis;
  private final Runnable queued;
  private final AtomicLong due = new AtomicLong();
  private final AtomicLong depth = new AtomicLong();
  private boolean stopped;

  /** {@code queued} is called after new entries were added to the queue. */
  public DeliverySweeper(
      Vertx vertx,
      Context context,
      Node node,
      DeliveryStore store,
      Map<Channel, DeliveryQueue> queues,
      RedisStore redis,
      Runnable queued) {
    this.vertx = vertx;
    this.context = context;
    this.node = node;
    this.store = store;
    this.queues = queues;
    this.redis = redis;
    this.queued = queued;
    Gauge.builder("classbell.deliveries.due", due, AtomicLong::get)
        .description("Mails and pushes that are due and not made, in the database")
        .register(node.meters());
    Gauge.builder("classbell.deliveries.queued", depth, AtomicLong::get)
        .description("Mails and pushes in the queue on Redis")
        .register(node.meters());
  }

  /** Starts periodic runs, and runs at once whenever Redis becomes available again. */
  public void start() {
    PeriodicJob sweeping =
        PeriodicJob.start(vertx, EVERY, "queueing overdue deliveries", this::sweep);
    redis.whenUp(() -> context.runOnContext(v -> sweeping.run()));
  }

  /** Stops periodic runs. */
  public void stop() {
    stopped = true;
  }

  private void sweep() {
    if (stopped) {
      return;
    }
    try {
      due.set(store.waiting(node.database().read(), node.clock().realNow()));
      if (redis.isUp()) {
        long entries = 0;
        for (Map.Entry<Channel, DeliveryQueue> queue : queues.entrySet()) {
          entries += sweep(queue.getKey(), queue.getValue());
        }
        depth.set(entries);
      }
    } catch (Exception e) {
      LOG.warn("Overdue deliveries could not be queued; trying again in 3 s: {}", e.toString());
    }
  }

  /** Returns the number of entries in the channel's queue. */
  private long sweep(Channel channel, DeliveryQueue queue) {
    queue.prepare().await();
    while (due.get() > 0 && queueOverdue(channel, queue) == MOST_AT_ONCE) {
      LOG.debug("{} overdue deliveries queued", MOST_AT_ONCE);
    }
    return queue.depth().timeout(EVERY.toMillis(), TimeUnit.MILLISECONDS).await();
  }

  /** Returns how many deliveries were new to the queue. */
  private int queueOverdue(Channel channel, DeliveryQueue queue) {
    Instant now = node.clock().realNow();
    List<String> ids =
        store.overdue(node.database().read(), channel, now.minus(GRACE), now, MOST_AT_ONCE);
    int added = ids.isEmpty() ? 0 : queue.add(ids, now).await();
    if (added > 0) {
      queued.run();
    }
    return added;
  }
}
