package io.classbell.faults.inside;

import io.classbell.platform.Failpoint;
import io.vertx.core.Vertx;
import io.vertx.core.spi.VerticleFactory;
import java.nio.file.Path;
import java.util.Random;

/**
 * Comes into a node by Vert.x's service loader, as a factory of verticles that makes none, and does
 * there what the test writes into a directory: the file {@code bus} says what happens to messages
 * from other nodes, the file {@code crash} at which failpoint one node dies.
 */
public final class NodeFaults implements VerticleFactory {
  /** System property: the directory. */
  public static final String DIRECTORY = "classbell.faults";

  /** System property: the dice. */
  public static final String SEED = "classbell.faults.seed";

  @Override
  public String prefix() {
    return "faults";
  }

  @Override
  public void init(Vertx vertx) {
    Path directory = Path.of(System.getProperty(DIRECTORY));
    Random dice = new Random(Long.getLong(SEED, 0));
    vertx
        .eventBus()
        .addInboundInterceptor(new BusFaults(vertx, directory.resolve("bus"), dice)::meet);
    Failpoint.hook(new Crash(directory)::reached);
  }
}
