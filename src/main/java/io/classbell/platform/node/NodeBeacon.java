package io.classbell.platform.node;

import io.classbell.platform.Ids;
import io.classbell.platform.bus.Event;
import io.classbell.platform.health.Health;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Publishes the status of a node every two seconds, for the operations board. Deployed once per
 * node, after its roles.
 */
public final class NodeBeacon extends VerticleBase {
  /** The status of a node; a node that stops publishing has ended or is cut off. */
  public static final Event<NodeStatus> STATUS = Event.of("node.status", NodeStatus.class);

  /** The interval between two reports of a node. */
  public static final Duration INTERVAL = Duration.ofSeconds(2);

  /**
   * What a node reports; instants are real time.
   *
   * @param id changes with each start
   * @param name the node's name in the settings
   * @param figures numbers of the node's detailed health report, by name
   */
  public record NodeStatus(
      String id,
      String name,
      List<String> roles,
      Instant startedAt,
      Instant at,
      boolean draining,
      Map<String, Long> figures) {}

  private final Node node;
  private final String name;
  private final List<String> roles;
  private final Health health;
  private final String id = Ids.next();
  private final Instant startedAt;

  public NodeBeacon(Node node, String name, List<String> roles, Health health) {
    this.node = node;
    this.name = name;
    this.roles = roles;
    this.health = health;
    this.startedAt = node.clock().realNow();
  }

  @Override
  public Future<?> start() {
    publish();
    vertx.setPeriodic(INTERVAL.toMillis(), timer -> publish());
    return Future.succeededFuture();
  }

  private void publish() {
    node.bus()
        .publish(
            STATUS,
            new NodeStatus(
                id,
                name,
                roles,
                startedAt,
                node.clock().realNow(),
                health.isDraining(),
                health.figures()));
  }
}
