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
 * Polls for due messages, claims them and passes them to the dispatcher. It polls at the next due
 * time, when it is woken, when the dispatcher has room again, and at a fixed interval. Belongs to
 * one context.
 */
public final class DuePoller {
  private static final Logger LOG = LoggerFactory.getLogger(DuePoller.class);

  private final Vertx vertx;
  private final Context home;
  private final ScheduleStore store;
  private final PlatformClock clock;
  private final RetryPolicy retries;
  private final ScheduleSettings settings;
  private @Nullable Dispatcher dispatcher;
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
      RetryPolicy retries,
      ScheduleSettings settings) {
    this.vertx = vertx;
    this.home = vertx.getOrCreateContext();
    this.store = store;
    this.clock = clock;
    this.retries = retries;
    this.settings = settings;
  }

  public void start(Dispatcher deliversTo) {
    dispatcher = deliversTo;
    look();
  }

  /** Stops polling; messages that are being claimed still go to the dispatcher. */
  public void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
  }

  /** Whether a claim is in progress. */
  public boolean isLooking() {
    return looking;
  }

  /** Requests a poll at this instant, in platform time. */
  public void wakeAt(Instant due) {
    if (!due.isAfter(clock.now())) {
      look();
    } else if (timerAt == null || due.isBefore(timerAt)) {
      setTimer(due);
    }
  }

  /** Notes that the dispatcher has room again. */
  public void roomAgain() {
    if (waitsForRoom) {
      waitsForRoom = false;
      look();
    }
  }

  /** Polls now; if a poll is in progress, once more after it. */
  public void look() {
    again = true;
    Dispatcher deliversTo = dispatcher;
    if (looking || stopped || deliversTo == null) {
      return;
    }
    looking = true;
    // Not in the caller's context, because its trace would apply to everything that follows.
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
      LOG.warn("Due messages cannot be claimed: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("Due messages cannot be claimed", e);
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
        retries.park(c, "every delivery started and none finished");
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
