package io.classbell.schedule;

import io.classbell.notification.NotificationApi;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.OutcomeUnknown;
import io.classbell.platform.bus.Refused;
import io.classbell.platform.time.ClockKeeper;
import io.classbell.platform.time.PlatformClock;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Moves the platform's clock forward on every node, from one due time to the next, and goes on only
 * when what became due has been done: a reminder, an opening and a closing that lie on the way
 * happen one after the other, as they would have.
 */
final class TestClock {
  /** How long mails and pushes may take that what became due has caused. */
  private static final Duration DELIVERIES = Duration.ofSeconds(3);

  private final Vertx vertx;
  private final Bus bus;
  private final PlatformClock clock;
  private final ScheduleStore messages;
  private final TestClockStore store;
  private final DueWatch watch;
  private final Duration limit;

  TestClock(
      Vertx vertx,
      Bus bus,
      PlatformClock clock,
      ScheduleStore messages,
      TestClockStore store,
      DueWatch watch,
      Duration limit) {
    this.vertx = vertx;
    this.bus = bus;
    this.clock = clock;
    this.messages = messages;
    this.store = store;
    this.watch = watch;
    this.limit = limit;
  }

  /**
   * Answers the platform's time once it has arrived. Refuses with {@link ScheduleApi#STILL_WORKING}
   * where that takes too long; the same command asked again goes on to the same time.
   */
  ScheduleApi.ClockReading advance(ScheduleApi.AdvanceClock command) {
    Instant deadline = clock.realNow().plus(limit);
    TestClockStore.Move move = begin(command, deadline);
    try {
      while (true) {
        awaitDone(deadline);
        Instant target = clock.realNow().plusMillis(move.targetOffsetMillis());
        if (clock.testOffsetMillis() >= move.targetOffsetMillis()) {
          break;
        }
        Instant next = messages.nextDue(clock.now());
        moveTo(
            next != null && next.isBefore(target)
                ? Math.min(
                    Duration.between(clock.realNow(), next).toMillis(), move.targetOffsetMillis())
                : move.targetOffsetMillis(),
            move);
      }
      awaitDeliveries(earlier(deadline, clock.realNow().plus(DELIVERIES)));
      return new ScheduleApi.ClockReading(clock.now());
    } finally {
      store.end(move);
    }
  }

  private TestClockStore.Move begin(ScheduleApi.AdvanceClock command, Instant deadline) {
    while (true) {
      TestClockStore.Move move =
          store.begin(command.commandId(), command.advanceMillis(), clock.realNow());
      if (move != null) {
        clock.atLeast(move.offsetMillis());
        return move;
      }
      pauseUntil(deadline);
    }
  }

  /** Stored first, told second: a node that misses the telling reads it within a second. */
  private void moveTo(long offsetMillis, TestClockStore.Move move) {
    if (offsetMillis > clock.testOffsetMillis()) {
      store.moveTo(move, offsetMillis, clock.realNow());
      clock.atLeast(offsetMillis);
      bus.publish(ClockKeeper.MOVED, new ClockKeeper.Moved(offsetMillis));
    }
    watch.look();
  }

  private void awaitDone(Instant deadline) {
    while (messages.isAnythingDue(clock.now(), clock.realNow())) {
      watch.look();
      pauseUntil(deadline);
    }
  }

  private void awaitDeliveries(Instant deadline) {
    while (clock.realNow().isBefore(deadline) && deliveriesWaiting() > 0) {
      pause();
    }
  }

  private long deliveriesWaiting() {
    try {
      return bus.ask(NotificationApi.WAITING, new NotificationApi.CountWaiting(), DELIVERIES)
          .await()
          .deliveries();
    } catch (OutcomeUnknown | Refused e) {
      // Nobody there who delivers: nothing to wait for.
      return 0;
    }
  }

  private void pauseUntil(Instant deadline) {
    if (clock.realNow().isAfter(deadline)) {
      throw ScheduleApi.STILL_WORKING.refused();
    }
    pause();
  }

  private void pause() {
    vertx.timer(4, TimeUnit.MILLISECONDS).await();
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }
}
