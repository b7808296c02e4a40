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
 * Moves the platform's clock forward on every node, from one due time to the next, and goes on only
 * when every node's clock has followed and what became due has been done: a reminder, an opening
 * and a closing that lie on the way happen one after the other, as they would have.
 */
public final class TestClock {
  /** How long mails and pushes may take that what became due has caused. */
  private static final Duration DELIVERIES = Duration.ofSeconds(3);

  /** What lies closer together is gone through together, in its order. */
  private static final long LEAST_STEP_MILLIS = 1_000;

  /** What became due leads to more that is due at once, and that to more; nowhere goes deeper. */
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
   * @param answer how long a move may take before its caller is told to ask again
   * @param moverSilence a mover that says nothing for so long is dead
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
   * Answers the platform's time once it has arrived. Refuses with {@link ScheduleApi#STILL_WORKING}
   * where that takes too long; the same command asked again goes on to the same time.
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

  /** One command's move, as long as it is under way. */
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

    /** Not for what others have begun meanwhile: on a busy platform something is always due. */
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

    /** Stored first, told second: a node that misses the telling reads it soon. */
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

    /** Also says that this mover lives. Another that took over is not to be disturbed. */
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
      // Nobody there who delivers: nothing to wait for.
      return 0;
    }
  }

  /** Moves that are under way end at their next step; their callers are told to ask again. */
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
