package io.classbell.schedule;

import io.classbell.platform.PeriodicJob;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.node.ClockKeeper;
import io.classbell.platform.node.Node;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.time.PlatformClock;
import io.classbell.schedule.api.ScheduleApi;
import io.classbell.schedule.api.ScheduleSettings;
import io.classbell.schedule.clock.TestClock;
import io.classbell.schedule.deadletter.DeadLetters;
import io.classbell.schedule.dispatch.Acknowledgements;
import io.classbell.schedule.dispatch.Dispatcher;
import io.classbell.schedule.dispatch.DuePoller;
import io.classbell.schedule.dispatch.RetryPolicy;
import io.classbell.schedule.dispatch.ScheduleMeters;
import io.classbell.schedule.model.LeasedMessage;
import io.classbell.schedule.store.DeadLetterStore;
import io.classbell.schedule.store.ScheduleStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers due messages of the outbox: those that are handed off after a commit, and those that it
 * finds in the table. Runs on any number of nodes, on virtual threads.
 */
public final class ScheduleVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(ScheduleVerticle.class);
  private static final Duration GAUGE_PERIOD = Duration.ofSeconds(5);
  private static final int MOST_COUNTED = 100_000;

  /** Time allowed between writing a hand-off and its arrival here. */
  private static final Duration ON_THE_WAY = Duration.ofSeconds(2);

  private final Node node;
  private final ScheduleSettings settings;
  private final TestClock.Limits clockLimits;
  private final ScheduleStore store;
  private final DeadLetterStore deadLetterStore;
  private final ScheduleMeters meters;
  private final RetryPolicy retries;
  private DuePoller watch;
  private Dispatcher dispatcher;
  private Acknowledgements acknowledgements;
  private TestClock testClock;
  private boolean stopping;

  public ScheduleVerticle(Node node, ScheduleSettings settings) {
    this(node, settings, TestClock.Limits.USUAL);
  }

  ScheduleVerticle(Node node, ScheduleSettings settings, TestClock.Limits clockLimits) {
    this.node = node;
    this.settings = settings;
    this.clockLimits = clockLimits;
    this.store = new ScheduleStore(node.database());
    this.deadLetterStore = new DeadLetterStore(node.database());
    this.meters = new ScheduleMeters(node.meters());
    this.retries = new RetryPolicy(store, node.clock(), meters, settings);
  }

  @Override
  public Future<?> start() {
    Bus bus = node.bus();
    PlatformClock clock = node.clock();
    watch = new DuePoller(vertx, store, clock, retries, settings);
    testClock = new TestClock(vertx, node, store, watch, clockLimits);
    acknowledgements = new Acknowledgements(vertx, store);
    dispatcher =
        new Dispatcher(
            vertx.getOrCreateContext(),
            bus,
            clock,
            acknowledgements,
            retries,
            meters,
            settings,
            watch::roomAgain);
    watch.start(dispatcher);
    PeriodicJob.start(vertx, GAUGE_PERIOD, "counting messages", this::count);
    return Future.all(
        Future.all(
            bus.on(Outbox.HAND_OFF, this::takeOver),
            bus.on(Outbox.WAKE, wake -> watch.wakeAt(wake.dueAt())),
            bus.on(ClockKeeper.MOVED, this::clockMoved)),
        serveClock(bus),
        serveDeadLetters(bus),
        bus.serve(
            ScheduleApi.COUNTS,
            question ->
                new ScheduleApi.MessageCounts(
                    store.countDue(clock.now(), MOST_COUNTED),
                    deadLetterStore.countByAddress().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())));
  }

  private Future<?> serveClock(Bus bus) {
    return Future.all(
        bus.serve(
            ScheduleApi.READ_CLOCK,
            question -> {
              requireTestMode();
              node.clock().readOffset(node.database());
              return new ScheduleApi.ClockReading(node.clock().now());
            }),
        bus.serve(
            ScheduleApi.ADVANCE_CLOCK,
            command -> {
              requireTestMode();
              return testClock.advance(command);
            }));
  }

  private Future<?> serveDeadLetters(Bus bus) {
    DeadLetters deadLetters =
        new DeadLetters(node.database(), deadLetterStore, node.clock(), bus, watch::look);
    return Future.all(
        bus.serve(ScheduleApi.LIST_DEAD_LETTERS, deadLetters::list),
        bus.serve(ScheduleApi.REPLAY_DEAD_LETTER, deadLetters::replay));
  }

  private void requireTestMode() {
    if (!node.testMode()) {
      throw ScheduleApi.NOT_TEST_MODE.refused();
    }
  }

  private void takeOver(Outbox.HandOff handOff) {
    if (stopping) {
      retries.release(
          handOff.messages().stream().map(m -> LeasedMessage.handedOff(m, Instant.MIN)).toList());
      return;
    }
    Instant until = node.clock().realNow().plus(Outbox.LEASE).minus(ON_THE_WAY);
    dispatcher.takeOver(handOff.messages(), until);
  }

  private void clockMoved(ClockKeeper.Moved moved) {
    node.clock().atLeast(moved.offsetMillis());
    watch.look();
  }

  private void count() {
    try {
      meters.due(store.countDue(node.clock().now(), MOST_COUNTED));
      meters.deadLetters(deadLetterStore.countByAddress());
    } catch (RuntimeException e) {
      LOG.debug("Messages cannot be counted: {}", e.getMessage());
    }
  }

  /**
   * Waits for deliveries in progress, at most for their lease; all other messages are released to
   * other nodes at once.
   */
  @Override
  public Future<?> stop() {
    stopping = true;
    testClock.stop();
    watch.stop();
    awaitUntil(() -> !watch.isLooking(), Duration.ofSeconds(5));
    List<LeasedMessage> left = dispatcher.stop();
    retries.release(left);
    awaitUntil(() -> dispatcher.onTheWay() == 0 && acknowledgements.isIdle(), settings.lease());
    return Future.succeededFuture();
  }

  private void awaitUntil(BooleanSupplier done, Duration limit) {
    Instant deadline = node.clock().realNow().plus(limit);
    while (!done.getAsBoolean() && node.clock().realNow().isBefore(deadline)) {
      vertx.timer(5, TimeUnit.MILLISECONDS).await();
    }
  }
}
