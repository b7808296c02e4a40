package io.classbell.platform.db;

import io.classbell.platform.RefusalCounter;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An actor that commits commands in groups: commands that arrive while a transaction is in progress
 * share the next one. A single command starts at once.
 *
 * <p>The batch function locks all rows that it needs in id order, decides the commands one after
 * another in memory, writes with a few set-based statements, and returns one {@link Outcome} per
 * command. It may run again (deadlock, lost connection, unknown commit), so a command must take
 * effect at most once by its id. If a group fails for any other reason its commands run one by one,
 * so that an invalid command fails alone.
 *
 * <p>Belongs to the context of one verticle; not safe for use from others.
 */
public final class GroupCommit<C, R> {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
  private static final int MOST_UNKNOWN_COMMITS = 3;
  private static final Rejection FULL =
      new Rejection(503, "overloaded", "Too much is waiting. Try again.", true, 1, null);
  private static final Rejection UNKNOWN =
      new Rejection(
          503, "outcome_unknown", "Not known yet whether that was done. Ask again.", true, 1, null);

  /** The outcome of one command. */
  public sealed interface Outcome<R> {
    /** The command has taken effect, now or when it was first sent. */
    record Done<R>(R result) implements Outcome<R> {}

    /** The command has no effect, for the given reason. */
    record Rejected<R>(Rejection failure) implements Outcome<R> {}
  }

  /** Decides a group of commands and returns one outcome per command, in their order. */
  @FunctionalInterface
  public interface Batch<C, R> {
    List<Outcome<R>> run(Tx tx, List<C> commands);
  }

  private record Waiting<C, R>(C command, Promise<R> promise) {}

  private final Vertx vertx;
  private final Database database;
  private final Batch<C, R> batch;
  private final String name;
  private final int mostInGroup;
  private int mostWaiting;
  private final int lanes;
  private final ArrayDeque<Waiting<C, R>> queue = new ArrayDeque<>();
  private final DistributionSummary groupSize;
  private final Timer time;
  private final Counter refused;
  private int running;

  public GroupCommit(
      Vertx vertx,
      Database database,
      MeterRegistry meters,
      String name,
      int mostInGroup,
      int lanes,
      Batch<C, R> batch) {
    this.vertx = vertx;
    this.database = database;
    this.batch = batch;
    this.name = name;
    this.mostInGroup = mostInGroup;
    this.mostWaiting = mostInGroup * 64;
    this.lanes = lanes;
    this.groupSize =
        DistributionSummary.builder("classbell.group.size")
            .description("Commands that shared a commit")
            .tag("group", name)
            .register(meters);
    this.time =
        Timer.builder("classbell.group.time")
            .description("From the first statement of a group to its commit")
            .tag("group", name)
            .publishPercentiles(0.5, 0.99)
            .register(meters);
    this.refused = RefusalCounter.of(meters, "group." + name);
    Gauge.builder("classbell.group.waiting", queue, ArrayDeque::size)
        .description("Commands that wait for a commit")
        .tag("group", name)
        .register(meters);
  }

  /**
   * Sets the number of waiting commands beyond which more are rejected at once. The default is 64
   * full groups.
   */
  public GroupCommit<C, R> waitingAtMost(int commands) {
    mostWaiting = commands;
    return this;
  }

  /**
   * Submits a command. Fails with {@link RejectedException}; after {@code outcome_unknown} (503)
   * the command may have taken effect.
   */
  public Future<R> submit(C command) {
    if (queue.size() >= mostWaiting) {
      refused.increment();
      return Future.failedFuture(new RejectedException(FULL));
    }
    // A promise of the submitter's context: its listeners run there, with its trace, and their
    // exceptions do not reach the worker.
    Promise<R> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
    queue.add(new Waiting<>(command, promise));
    startLane();
    return promise.future();
  }

  /** Submits a command and waits for its result; for virtual threads. */
  public R run(C command) {
    return submit(command).await();
  }

  private void startLane() {
    if (running < lanes && !queue.isEmpty()) {
      running++;
      Context context = vertx.getOrCreateContext();
      // Not in the submitter's own context, because its trace would apply to all later groups.
      ((ContextInternal) context).unwrap().runOnContext(v -> commitGroups());
    }
  }

  private void commitGroups() {
    try {
      while (!queue.isEmpty()) {
        List<Waiting<C, R>> group = new ArrayList<>(Math.min(queue.size(), mostInGroup));
        while (group.size() < mostInGroup && !queue.isEmpty()) {
          group.add(queue.poll());
        }
        commit(group);
      }
    } finally {
      running--;
      startLane();
    }
  }

  private void commit(List<Waiting<C, R>> group) {
    groupSize.record(group.size());
    long started = System.nanoTime();
    List<C> commands = group.stream().map(Waiting::command).toList();
    List<Outcome<R>> outcomes;
    try {
      outcomes = decide(commands);
      if (outcomes.size() != group.size()) {
        throw new IllegalStateException(
            name + " answered " + outcomes.size() + " of " + group.size());
      }
    } catch (RejectedException refused) {
      group.forEach(w -> w.promise.tryFail(refused));
      return;
    } catch (CommitUnknown unknown) {
      group.forEach(w -> w.promise.tryFail(new RejectedException(UNKNOWN)));
      return;
    } catch (Throwable t) {
      if (group.size() == 1) {
        LOG.error("{} failed", name, t);
        group.getFirst().promise.tryFail(t);
      } else {
        LOG.warn(
            "{}: a group of {} commands failed ({}); running them one by one",
            name,
            group.size(),
            t.toString());
        group.forEach(w -> commit(List.of(w)));
      }
      return;
    } finally {
      time.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
    }
    for (int i = 0; i < outcomes.size(); i++) {
      Promise<R> promise = group.get(i).promise;
      switch (outcomes.get(i)) {
        case Outcome.Done<R> done -> promise.tryComplete(done.result());
        case Outcome.Rejected<R> no -> promise.tryFail(new RejectedException(no.failure()));
      }
    }
  }

  /**
   * Runs a group again if the outcome of its commit is unknown; effects of the first run are found
   * by the commands' ids.
   */
  private List<Outcome<R>> decide(List<C> commands) {
    for (int attempt = 1; ; attempt++) {
      try {
        return database.inTransaction(tx -> batch.run(tx, commands));
      } catch (CommitUnknown unknown) {
        if (attempt == MOST_UNKNOWN_COMMITS) {
          throw unknown;
        }
        LOG.warn("{}: {}", name, unknown.getMessage());
      }
    }
  }
}
