package io.classbell.platform.time;

import io.classbell.platform.Node;
import io.classbell.platform.bus.Event;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node's clock with the database's: measures it every few seconds and, in test mode, learns
 * of the test clock's moves at once, or within a second where the telling was lost. One on every
 * node, on virtual threads, deployed before all others.
 */
public final class ClockKeeper extends VerticleBase {
  /** The test clock was moved: every node's is this far ahead of real time, at least. */
  public static final Event<Moved> MOVED = Event.of("clock.moved", Moved.class);

  private static final Logger LOG = LoggerFactory.getLogger(ClockKeeper.class);
  private static final Duration MEASURE = Duration.ofSeconds(5);
  private static final Duration READ_OFFSET = Duration.ofSeconds(1);

  public record Moved(long offsetMillis) {}

  private final Node node;

  public ClockKeeper(Node node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(
        MEASURE.toMillis(), t -> quietly(() -> node.clock().measure(node.database())));
    if (!node.testMode()) {
      return Future.succeededFuture();
    }
    vertx.setPeriodic(
        READ_OFFSET.toMillis(), t -> quietly(() -> node.clock().readOffset(node.database())));
    return node.bus().on(MOVED, moved -> node.clock().atLeast(moved.offsetMillis()));
  }

  /** While the database is away the clock runs on by itself. */
  private static void quietly(Runnable reading) {
    try {
      reading.run();
    } catch (RuntimeException e) {
      LOG.debug("the clock cannot be measured: {}", e.getMessage());
    }
  }
}
