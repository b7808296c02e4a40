package io.classbell.platform.node;

import io.classbell.platform.Ids;
import io.classbell.platform.PeriodicJob;
import io.classbell.platform.bus.Event;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Synchronizes a node's clock with the database. It measures every few seconds. In test mode it
 * also follows moves of the test clock: at once by an event, or soon after if the event is lost,
 * and it records its own progress in the database. Deployed once per node, before all other
 * verticles, on virtual threads.
 */
public final class ClockKeeper extends VerticleBase {
  /** The test clock was moved: every node's clock must be at least this far ahead of real time. */
  public static final Event<Moved> MOVED = Event.of("clock.moved", Moved.class);

  /** Nodes that have been silent longer than this are ignored when the test clock moves. */
  public static final Duration SILENT = Duration.ofSeconds(4);

  private static final Logger LOG = LoggerFactory.getLogger(ClockKeeper.class);
  private static final Duration MEASURE = Duration.ofSeconds(5);
  private static final Duration FOLLOW = Duration.ofMillis(500);
  private static final Duration FORGOTTEN = Duration.ofHours(1);

  private static final String SAY =
      "INSERT INTO platform_clock_node (node, offset_ms, seen_at) VALUES (?, ?, ?)"
          + " ON DUPLICATE KEY UPDATE offset_ms = GREATEST(offset_ms, VALUES(offset_ms)),"
          + " seen_at = VALUES(seen_at)";

  public record Moved(long offsetMillis) {}

  private final Node node;
  private final String id = Ids.next();

  public ClockKeeper(Node node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    PeriodicJob.start(
        vertx,
        MEASURE,
        "measuring the clock",
        () -> quietly(() -> node.clock().measure(node.database())));
    if (!node.testMode()) {
      return Future.succeededFuture();
    }
    quietly(this::forgetOthers);
    quietly(this::follow);
    PeriodicJob.start(vertx, FOLLOW, "following the test clock", () -> quietly(this::follow));
    return node.bus()
        .on(
            MOVED,
            moved -> {
              node.clock().atLeast(moved.offsetMillis());
              quietly(this::say);
            });
  }

  /** Removes this node's record, so that moves of the clock no longer wait for it. */
  @Override
  public Future<?> stop() {
    if (node.testMode()) {
      quietly(() -> execute("DELETE FROM platform_clock_node WHERE node = ?", id));
    }
    return Future.succeededFuture();
  }

  private void follow() {
    node.clock().readOffset(node.database());
    say();
  }

  private void say() {
    execute(SAY, id, node.clock().testOffsetMillis(), node.clock().realNow());
  }

  /** Deletes the records of nodes that were killed. */
  private void forgetOthers() {
    execute(
        "DELETE FROM platform_clock_node WHERE seen_at < ?",
        node.clock().realNow().minus(FORGOTTEN));
  }

  private void execute(String sql, Object... parameters) {
    node.database().inTransaction(tx -> tx.execute(sql, parameters));
  }

  /**
   * Runs a task and ignores its failures: while the database is unreachable the clock continues by
   * itself. Waits are interrupted when the node stops, and {@code await()} throws that undeclared.
   */
  private static void quietly(Runnable work) {
    try {
      work.run();
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.debug("The clock cannot be synchronized: {}", e.getMessage());
    }
  }
}
