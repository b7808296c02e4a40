package io.classbell.schedule.clock;

import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.node.ClockKeeper;
import io.classbell.platform.node.Node;
import io.classbell.platform.time.PlatformClock;
import io.classbell.schedule.api.ScheduleApi;
import io.classbell.schedule.dispatch.DuePoller;
import io.classbell.schedule.store.ScheduleStore;
import io.classbell.schedule.store.TestClockStore;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Moves the test clock forward on every node, from one due time to the next. It continues only when
 * every node's clock has followed and everything that became due is done, so that a reminder, an
 * opening and a closing in the interval happen one after the other.
 */
public final class TestClock {
  /** Limit for mails and pushes that due messages have caused. */
  private static final Duration DELIVERIES = Duration.ofSeconds(3);

  /** Due times that are closer than this are handled in one step, in their order. */
  private static final long LEAST_STEP_MILLIS = 1_000;

  /** Due messages may create further due messages; no chain is longer than this. */
  private static final int GENERATIONS = 5;

  private final Vertx vertx;
  private final Bus bus;
  private final PlatformClock clock;
  private final ScheduleStore messages;
  private final TestClockStore store;
  private final DuePoller watch;
  private final Limits limits;
  private volatile boolean stopped;

  /**
   * @param answer time after which the caller of a move is told to retry
   * @param moverSilence time after which a silent mover counts as dead
   */
  public record Limits(Duration answer, Duration moverSilence) {
    public static final Limits USUAL = new Limits(Duration.ofSeconds(25), Duration.ofSeconds(10));
  }

  public TestClock(Vertx vertx, Node node, ScheduleStore messages, DuePoller watch, Limits limits) {
    this.vertx = vertx;
    this.bus = node.bus();
    this.clock = node.clock();
    this.messages = messages;
    this.store = new TestClockStore(node.database(), limits.moverSilence);
    this.watch = watch;
    this.limits = limits;
  }

  /**
   * Moves the clock and returns the platform's time when it has arrived. Rejects with {@link
   * ScheduleApi#STILL_WORKING} if that takes too long; repeating the command continues to the same
   * time.
   */
  public ScheduleApi.ClockReading advance(ScheduleApi.AdvanceClock command) {
    Instant deadline = clock.realNow().plus(limits.answer);
    TestClockStore.Move move =
        store.begin(command.commandId(), command.advanceMillis(), clock.realNow());
    while (move == null) {
      mustBeBefore(deadline);
      pause();
      move = store.begin(command.commandId(), command.advanceMillis(), clock.realNow());
    }
    try {
      clock.atLeast(move.offsetMillis());
      return new Advance(move, deadline).run();
    } finally {
      store.end(move);
    }
  }

  /** The move of one command while it is in progress. */
  private final class Advance {
    private final TestClockStore.Move move;
    private final Instant deadline;
    private Instant sayAgainAt;

    Advance(TestClockStore.Move move, Instant deadline) {
      this.move = move;
      this.deadline = deadline;
      this.sayAgainAt = nextSaying();
    }

    ScheduleApi.ClockReading run() {
      long target = move.targetOffsetMillis();
      while (true) {
        waitWhile(TestClock.this::isAnyNodeBehind);
        waitForWhatIsDue();
        if (clock.testOffsetMillis() >= target) {
          break;
        }
        mustBeBefore(deadline);
        Instant next = messages.nextDue(clock.now());
        moveTo(next == null ? target : Math.min(target, offsetOf(next)));
      }
      Instant enough = clock.realNow().plus(DELIVERIES);
      waitWhile(() -> clock.realNow().isBefore(enough) && deliveriesWaiting() > 0);
      return new ScheduleApi.ClockReading(clock.now());
    }

    private long offsetOf(Instant due) {
      return Math.max(
          Duration.between(clock.realNow(), due).toMillis(),
          clock.testOffsetMillis() + LEAST_STEP_MILLIS);
    }

    /**
     * Waits only for messages that were due by now, because on a busy platform new ones become due
     * all the time.
     */
    private void waitForWhatIsDue() {
      for (int generation = 0; generation < GENERATIONS; generation++) {
        Instant due = clock.now();
        if (!isAnythingDue(due)) {
          return;
        }
        waitWhile(() -> isAnythingDue(due));
      }
    }

    private boolean isAnythingDue(Instant due) {
      boolean isDue = messages.isAnythingDue(due, clock.realNow());
      if (isDue) {
        watch.look();
      }
      return isDue;
    }

    /**
     * Stores the offset before it is published; a node that misses the event reads the offset soon.
     */
    private void moveTo(long offsetMillis) {
      if (offsetMillis > clock.testOffsetMillis()) {
        store(offsetMillis);
        clock.atLeast(offsetMillis);
        bus.publish(ClockKeeper.MOVED, new ClockKeeper.Moved(offsetMillis));
      }
      watch.look();
    }

    private void waitWhile(BooleanSupplier notYet) {
      while (notYet.getAsBoolean()) {
        mustBeBefore(deadline);
        if (clock.realNow().isAfter(sayAgainAt)) {
          store(clock.testOffsetMillis());
        }
        pause();
      }
    }

    /**
     * Stores the offset, which also shows that this mover is alive. Aborts if another mover has
     * taken over.
     */
    private void store(long offsetMillis) {
      if (!store.moveTo(move, offsetMillis, clock.realNow())) {
        throw ScheduleApi.STILL_WORKING.refused();
      }
      sayAgainAt = nextSaying();
    }

    private Instant nextSaying() {
      return clock.realNow().plus(limits.moverSilence.dividedBy(3));
    }
  }

  private boolean isAnyNodeBehind() {
    return store.isAnyBehind(clock.testOffsetMillis(), clock.realNow().minus(ClockKeeper.SILENT));
  }

  private long deliveriesWaiting() {
    try {
      return bus.ask(NotificationApi.WAITING, new NotificationApi.CountWaiting(), DELIVERIES)
          .await()
          .deliveries();
    } catch (OutcomeUnknown | RejectedException e) {
      // No node delivers messages: there is nothing to wait for.
      return 0;
    }
  }

  /** Stops moves at their next step; their callers are told to retry. */
  public void stop() {
    stopped = true;
  }

  private void mustBeBefore(Instant deadline) {
    if (stopped || clock.realNow().isAfter(deadline)) {
      throw ScheduleApi.STILL_WORKING.refused();
    }
  }

  private void pause() {
    vertx.timer(4, TimeUnit.MILLISECONDS).await();
  }
}
