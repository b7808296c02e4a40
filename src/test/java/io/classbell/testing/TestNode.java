package io.classbell.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Trace;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.node.Node;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.outgoing.OutgoingClient;
import io.classbell.platform.time.PlatformClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A node as main makes it, on a database of its own: what a verticle under test stands on. */
public final class TestNode implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  static {
    Trace.register();
  }

  private final Vertx vertx;
  private final Node node;

  private TestNode(Vertx vertx, Node node) {
    this.vertx = vertx;
    this.node = node;
  }

  /** Alone in its JVM, in test mode, on the platform clock of the database. */
  public static TestNode on(DatabaseSettings database) {
    return on(Vertx.vertx(), database);
  }

  /** On a database without the platform's tables, with a clock of its own. */
  public static TestNode bare(DatabaseSettings settings) {
    Vertx vertx = Vertx.vertx();
    PlatformClock clock = PlatformClock.startingAt(Instant.parse("2026-01-01T00:00:00Z"));
    return with(vertx, Database.connect(vertx, settings), clock);
  }

  /** The same on a Vertx that may be clustered. */
  public static TestNode on(Vertx vertx, DatabaseSettings settings) {
    Database database = Database.connect(vertx, settings);
    return with(vertx, database, await(start(vertx, () -> PlatformClock.of(database))));
  }

  private static TestNode with(Vertx vertx, Database database, PlatformClock clock) {
    Bus bus = new Bus(vertx);
    Outbox outbox = new Outbox(bus, clock);
    return new TestNode(
        vertx,
        new Node(bus, database, clock, outbox, new SimpleMeterRegistry(), outgoing(vertx), true));
  }

  /** A client of test mode: it sends plain http to loopback addresses. */
  public static OutgoingClient outgoing(Vertx vertx) {
    return new OutgoingClient(vertx, Instant::now, new SimpleMeterRegistry(), true);
  }

  public Node node() {
    return node;
  }

  public Database database() {
    return node.database();
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Deploys on virtual threads; answers the deployment's id. */
  public String deploy(VerticleBase verticle) {
    return await(
        vertx.deployVerticle(
            verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
  }

  /** Runs straight-line code on a virtual thread of its own context, and waits for it. */
  public <T> T run(Callable<T> work) {
    return await(start(work));
  }

  /** Runs straight-line code on a virtual thread of its own context. */
  public <T> Future<T> start(Callable<T> work) {
    return start(vertx, work);
  }

  private static <T> Future<T> start(Vertx vertx, Callable<T> work) {
    Promise<T> promise = Promise.promise();
    ((VertxInternal) vertx)
        .createVirtualThreadContext()
        .runOnContext(
            v -> {
              try {
                promise.complete(work.call());
              } catch (Throwable t) {
                promise.fail(t);
              }
            });
    return promise.future();
  }

  /** Waits on the test's own thread; what failed is thrown as it is where that is unchecked. */
  public static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Polls until it is so; fails after the time that anything may take here. */
  public static void until(String what, BooleanSupplier isSo) {
    until(what, LIMIT, isSo);
  }

  /** Polls until it is so; fails after the limit. */
  public static void until(String what, Duration limit, BooleanSupplier isSo) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!isSo.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not within %s: %s", limit, what).isLessThan(deadline);
      try {
        TimeUnit.MILLISECONDS.sleep(2);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
