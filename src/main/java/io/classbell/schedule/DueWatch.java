package io.classbell.schedule;

import io.classbell.platform.bus.Refused;
import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.time.PlatformClock;
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
final class DueWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DueWatch.class);

  private final Vertx vertx;
  private final Context home;
  private final ScheduleStore store;
  private final PlatformClock clock;
  private final Setbacks setbacks;
  private final ScheduleSettings settings;
  private @Nullable Courier courier;
  private @Nullable Instant timerAt;
  private long timer = -1;
  private Instant claimedUpTo = Instant.EPOCH;
  private boolean looking;
  private boolean again;
  private boolean waitsForRoom;
  private boolean stopped;

  DueWatch(
      Vertx vertx,
      ScheduleStore store,
      PlatformClock clock,
      Setbacks setbacks,
      ScheduleSettings settings) {
    this.vertx = vertx;
    this.home = vertx.getOrCreateContext();
    this.store = store;
    this.clock = clock;
    this.setbacks = setbacks;
    this.settings = settings;
  }

  void start(Courier deliversTo) {
    courier = deliversTo;
    look();
  }

  /** Finds nothing more; what it is claiming just now still comes to the courier. */
  void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
  }

  /** Whether a claim is under way. */
  boolean isLooking() {
    return looking;
  }

  /** Something is due at this instant, in platform time. */
  void wakeAt(Instant due) {
    if (!due.isAfter(clock.now())) {
      look();
    } else if (timerAt == null || due.isBefore(timerAt)) {
      setTimer(due);
    }
  }

  /** The courier has room again. */
  void roomAgain() {
    if (waitsForRoom) {
      waitsForRoom = false;
      look();
    }
  }

  /** Looks now; where it is looking already, once more after. */
  void look() {
    again = true;
    Courier deliversTo = courier;
    if (looking || stopped || deliversTo == null) {
      return;
    }
    looking = true;
    // Not in the context of whoever woke it: their trace would stick to all that follows.
    home.runOnContext(v -> claimAll(deliversTo));
  }

  private void claimAll(Courier deliversTo) {
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
    } catch (Refused | CommitUnknown e) {
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

  private void claim(Courier deliversTo) {
    Instant now = clock.now();
    List<Claimed> claimed =
        store.claim(
            now, clock.realNow(), settings.lease(), deliversTo.crowded(), settings.batchSize());
    claimedUpTo = now;
    if (claimed.size() == settings.batchSize()) {
      again = true;
    }
    List<Claimed> deliverable = new ArrayList<>(claimed.size());
    for (Claimed c : claimed) {
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
