package io.classbell.notification.delivery;

import io.classbell.notification.api.Channel;
import io.classbell.notification.delivery.DeliveryQueue.Finished;
import io.classbell.notification.delivery.DeliveryQueue.Taken;
import io.classbell.notification.store.DeliveryStore;
import io.classbell.notification.store.DeliveryStore.Delivery;
import io.classbell.platform.db.Tx;
import io.classbell.platform.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes deliveries from the queue, or from the database while Redis is down. Leases each one in its
 * row, so that no two workers send it at the same time. Call it on a virtual thread.
 */
public final class DeliveryIntake {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryIntake.class);

  /** Delay before deliveries are retried whose rows could not be leased. */
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  /** Added to the longest attempt, because a lease must outlive the attempt. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  /**
   * A leased delivery and its queue entry. No other worker sends it before {@code leasedUntil}, in
   * real time.
   */
  record Work(Delivery delivery, Taken taken, Instant leasedUntil) {}

  /**
   * Result of one poll.
   *
   * @param found number of entries found; some may already be delivered or not be due yet
   */
  record Polled(int found, List<Work> work) {}

  private final Node node;
  private final DeliveryStore store;
  private final DeliveryQueue queue;
  private final Channel channel;
  private final Duration lease;
  private final Duration claimAfter;
  private long lastClaim = System.nanoTime();

  /**
   * Creates the intake of a channel.
   *
   * @param longestAttempt the longest time that an attempt takes
   */
  public DeliveryIntake(
      Node node,
      DeliveryStore store,
      DeliveryQueue queue,
      Channel channel,
      Duration claimAfter,
      Duration longestAttempt) {
    this.channel = channel;
    this.node = node;
    this.store = store;
    this.queue = queue;
    this.claimAfter = claimAfter;
    Duration needed = longestAttempt.plus(MARGIN);
    this.lease = needed.compareTo(claimAfter) > 0 ? needed : claimAfter;
  }

  /** Takes up to {@code most} deliveries. */
  Polled take(int most) {
    List<Taken> taken;
    try {
      taken = fromQueue(most);
    } catch (Exception redisFails) {
      if (DeliveryQueue.isGroupMissing(redisFails)) {
        queue.prepare().await();
        return new Polled(0, List.of());
      }
      return fromRows(most);
    }
    return new Polled(taken.size(), taken.isEmpty() ? List.of() : fromEntries(taken));
  }

  /**
   * Removes finished entries from the queue. If Redis is down, an entry is claimed later and
   * dropped because its row is gone.
   */
  void finish(List<Finished> finished) {
    queue
        .finish(finished)
        .onFailure(
            e ->
                LOG.debug(
                    "Finished deliveries could not be removed from the queue: {}", e.getMessage()));
  }

  private List<Work> fromEntries(List<Taken> taken) {
    Instant now = node.clock().realNow();
    List<String> ids = taken.stream().map(Taken::deliveryId).distinct().toList();
    List<Delivery> rows;
    try {
      rows =
          node.database()
              .inTransaction(
                  tx -> {
                    List<Delivery> existing = store.lock(tx, ids);
                    lease(tx, free(existing, now), now);
                    return existing;
                  });
    } catch (RuntimeException e) {
      Instant retryAt = now.plus(RETRY_DELAY);
      finish(taken.stream().map(t -> new Finished(t, retryAt)).toList());
      throw e;
    }
    return free(taken, rows, now);
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

  /** Takes due deliveries from the database, which is slower than the queue. */
  private Polled fromRows(int most) {
    Instant now = node.clock().realNow();
    List<Delivery> rows =
        node.database()
            .inTransaction(
                tx -> {
                  List<Delivery> due = store.lockDue(tx, channel, now, most);
                  lease(tx, due, now);
                  return due;
                });
    List<Work> work =
        rows.stream().map(d -> new Work(d, new Taken(d.id(), null), now.plus(lease))).toList();
    return new Polled(rows.size(), work);
  }

  private void lease(Tx tx, List<Delivery> rows, Instant now) {
    if (!rows.isEmpty()) {
      store.lease(tx, rows.stream().map(Delivery::id).toList(), now.plus(lease));
    }
  }

  private static List<Delivery> free(List<Delivery> rows, Instant now) {
    return rows.stream().filter(d -> !d.freeAt().isAfter(now)).toList();
  }

  /**
   * Selects deliveries that can be sent now. Entries without a row are done, and entries that are
   * not due yet are delayed.
   */
  private List<Work> free(List<Taken> taken, List<Delivery> rows, Instant now) {
    Map<String, Delivery> existing = new HashMap<>();
    rows.forEach(row -> existing.put(row.id(), row));
    List<Work> work = new ArrayList<>();
    List<Finished> finished = new ArrayList<>();
    for (Taken t : taken) {
      Delivery row = existing.get(t.deliveryId());
      if (row == null) {
        finished.add(new Finished(t, null));
      } else if (row.freeAt().isAfter(now)) {
        finished.add(new Finished(t, row.freeAt()));
      } else {
        // If the delivery was queued twice, the second entry finds no row.
        existing.remove(row.id());
        work.add(new Work(row, t, now.plus(lease)));
      }
    }
    finish(finished);
    return work;
  }
}
