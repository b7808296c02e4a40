package io.classbell.notification.delivery;

import io.classbell.notification.api.NotificationSettings;
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
 * Where deliveries come from: the queue, or the rows themselves where Redis is down. Whatever is
 * taken is leased in its row, so that nobody sends the same at once. On a virtual thread.
 */
public final class DeliveryIntake {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryIntake.class);

  /** When work is looked at again that could not even be begun. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Longer than a delivery takes: a lease must outlive the attempt. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  /**
   * A delivery to be made, and the entry of the queue that it came by; nobody else makes it before
   * {@code leasedUntil}, in real time.
   */
  record Work(Delivery delivery, Taken taken, Instant leasedUntil) {}

  /**
   * What one look found.
   *
   * @param found how many there were; some may be gone, or not free yet
   */
  record Look(int found, List<Work> work) {}

  private final Node node;
  private final DeliveryStore store;
  private final DeliveryQueue queue;
  private final Duration lease;
  private final Duration claimAfter;
  private long lastClaim = System.nanoTime();

  public DeliveryIntake(
      Node node, DeliveryStore store, DeliveryQueue queue, NotificationSettings settings) {
    this.node = node;
    this.store = store;
    this.queue = queue;
    this.claimAfter = settings.claimAfter();
    Duration longest = settings.smtp().connectTimeout().plus(settings.smtp().sendTimeout());
    Duration needed = longest.plus(MARGIN);
    this.lease = needed.compareTo(claimAfter) > 0 ? needed : claimAfter;
  }

  /** Takes up to so many. */
  Look take(int most) {
    List<Taken> taken;
    try {
      taken = fromQueue(most);
    } catch (Exception redisFails) {
      if (DeliveryQueue.forgotten(redisFails)) {
        queue.prepare().await();
        return new Look(0, List.of());
      }
      return fromRows(most);
    }
    return new Look(taken.size(), taken.isEmpty() ? List.of() : fromEntries(taken));
  }

  /** Where Redis does not hear it, the entry is claimed later and its row found gone. */
  void finish(List<Finished> finished) {
    queue
        .finish(finished)
        .onFailure(e -> LOG.debug("the queue was not told of finished work: {}", e.getMessage()));
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
                    List<Delivery> there = store.lock(tx, ids);
                    lease(tx, free(there, now), now);
                    return there;
                  });
    } catch (RuntimeException e) {
      Instant soon = now.plus(SOON);
      finish(taken.stream().map(t -> new Finished(t, soon)).toList());
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

  /** Slower, but works: what is due is found in the table. */
  private Look fromRows(int most) {
    Instant now = node.clock().realNow();
    List<Delivery> rows =
        node.database()
            .inTransaction(
                tx -> {
                  List<Delivery> due = store.lockDue(tx, now, most);
                  lease(tx, due, now);
                  return due;
                });
    List<Work> work =
        rows.stream().map(d -> new Work(d, new Taken(d.id(), null), now.plus(lease))).toList();
    return new Look(rows.size(), work);
  }

  private void lease(Tx tx, List<Delivery> rows, Instant now) {
    if (!rows.isEmpty()) {
      store.lease(tx, rows.stream().map(Delivery::id).toList(), now.plus(lease));
    }
  }

  private static List<Delivery> free(List<Delivery> rows, Instant now) {
    return rows.stream().filter(d -> !d.freeAt().isAfter(now)).toList();
  }

  /** What is gone is done, and what is not free yet is put aside. */
  private List<Work> free(List<Taken> taken, List<Delivery> rows, Instant now) {
    Map<String, Delivery> there = new HashMap<>();
    rows.forEach(row -> there.put(row.id(), row));
    List<Work> work = new ArrayList<>();
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
        work.add(new Work(row, t, now.plus(lease)));
      }
    }
    finish(finished);
    return work;
  }
}
