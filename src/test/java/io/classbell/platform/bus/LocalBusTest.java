package io.classbell.platform.bus;

import io.classbell.testing.TestNode;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Asker and server in one JVM: records are handed over as they are. */
class LocalBusTest extends BusSuite {
  private static Vertx vertx;
  private static Bus bus;

  @BeforeAll
  static void start() {
    Trace.register();
    vertx = Vertx.vertx();
    bus = new Bus(vertx);
  }

  @AfterAll
  static void stop() {
    TestNode.await(vertx.close());
  }

  @Override
  Vertx serverVertx() {
    return vertx;
  }

  @Override
  Vertx askerVertx() {
    return vertx;
  }

  @Override
  Bus bus(Vertx on) {
    return bus;
  }
}
