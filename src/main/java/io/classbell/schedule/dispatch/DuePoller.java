package io.classbell.schedule.dispatch;

import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.time.PlatformClock;
import io.classbell.schedule.api.ScheduleSettings;
import io.classbell.schedule.model.LeasedMessage;
import io.classbell.schedule.store.ScheduleStore;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks when something is due, claims it and gives it to the courier. It looks at the next due
 * time, when it is woken, when the courier has room again, and every so often in any case. Belongs
 * to one context.
 */
public final class DuePoller {
  private static final Logger LOG = LoggerFactory.getLogger(DuePoller.class);

  private final Vertx vertx;
  private final Context home;
  private final ScheduleStore store;
  private final PlatformClock clock;
  private final RetryPolicy setbacks;
  private final ScheduleSettings settings;
  private @Nullable Dispatcher courier;
  private @Nullable Instant timerAt;
  private long timer = -1;
  private Instant claimedUpTo = Instant.EPOCH;
  private boolean looking;
  private boolean again;
  private boolean waitsForRoom;
  private boolean stopped;

  public DuePoller(
      Vertx vertx,
      ScheduleStore store,
      PlatformClock clock,
      RetryPolicy setbacks,
      ScheduleSettings settings) {
    this.vertx = vertx;
    this.home = vertx.getOrCreateContext();
    this.store = store;
    this.clock = clock;
    this.setbacks = setbacks;
    this.settings = settings;
  }

  public void start(Dispatcher deliversTo) {
    courier = deliversTo;
    look();
  }

  /** Finds nothing more; what it is claiming just now still comes to the courier. */
  public void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
  }

  /** Whether a claim is under way. */
  public boolean isLooking() {
    return looking;
  }

  /** Something is due at this instant, in platform time. */
  public void wakeAt(Instant due) {
    if (!due.isAfter(clock.now())) {
      look();
    } else if (timerAt == null || due.isBefore(timerAt)) {
      setTimer(due);
    }
  }

  /** The courier has room again. */
  public void roomAgain() {
    if (waitsForRoom) {
      waitsForRoom = false;
      look();
    }
  }

  /** Looks now; where it is looking already, once more after. */
  public void look() {
    again = true;
    Dispatcher deliversTo = courier;
    if (looking || stopped || deliversTo == null) {
      return;
    }
    looking = true;
    // Not in the context of whoever woke it: their trace would stick to all that follows.
    home.runOnContext(v -> claimAll(deliversTo));
  }

  private void claimAll(Dispatcher deliversTo) {
    Instant next = null;
    try {
      while (again && !stopped) {
        again = false;
        if (!deliversTo.hasRoom()) {
          waitsForRoom = true;
          break;
        }
        claim(deliversTo);
      }
      if (!stopped) {
        next = store.nextDue(claimedUpTo);
      }
    } catch (RejectedException | CommitUnknown e) {
      LOG.warn("what is due cannot be claimed: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("what is due cannot be claimed", e);
    }
    looking = false;
    if (stopped) {
      return;
    }
    if (again) {
      look();
      return;
    }
    Instant poll = clock.now().plus(settings.fallbackPoll());
    setTimer(next == null || poll.isBefore(next) ? poll : next);
  }

  private void claim(Dispatcher deliversTo) {
    Instant now = clock.now();
    List<LeasedMessage> claimed =
        store.claim(
            now, clock.realNow(), settings.lease(), deliversTo.crowded(), settings.batchSize());
    claimedUpTo = now;
    if (claimed.size() == settings.batchSize()) {
      again = true;
    }
    List<LeasedMessage> deliverable = new ArrayList<>(claimed.size());
    for (LeasedMessage c : claimed) {
      if (c.failures() < settings.maxAttempts()) {
        deliverable.add(c);
      } else {
        setbacks.park(c, "every delivery was begun and none ended");
      }
    }
    deliversTo.deliver(deliverable);
  }

  private void setTimer(Instant at) {
    vertx.cancelTimer(timer);
    timerAt = at;
    long millis = Duration.between(clock.now(), at).toMillis();
    timer =
        vertx.setTimer(
            Math.max(1, millis),
            t -> {
              timerAt = null;
              look();
            });
  }
}
