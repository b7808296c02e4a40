package io.classbell.wallet;

import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.audit.AuditFindings.Invariant;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.bus.Trace;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.node.Node;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.time.PlatformClock;
import io.classbell.testing.TestNode;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.AuditBooks;
import io.classbell.wallet.api.WalletApi.Balance;
import io.classbell.wallet.api.WalletApi.BalanceOf;
import io.classbell.wallet.api.WalletSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Wallet verticles alone on a database: no neighbour runs. */
final class WalletNode implements AutoCloseable {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final Database database;
  private final Bus bus;

  /** One verticle, with these limits. */
  WalletNode(DatabaseSettings settings, WalletSettings limits) {
    this(settings, limits, 1);
  }

  /** So many verticles share the bus's messages and the database, as on several nodes. */
  WalletNode(DatabaseSettings settings, int verticles) {
    this(settings, LedgerBench.LIMITS, verticles);
  }

  private WalletNode(DatabaseSettings settings, WalletSettings limits, int verticles) {
    Trace.register();
    vertx = Vertx.vertx();
    database = Database.connect(vertx, settings);
    bus = new Bus(vertx);
    PlatformClock clock = PlatformClock.startingAt(LedgerBench.AT);
    Node node =
        new Node(
            bus,
            database,
            clock,
            new Outbox(bus, clock),
            new SimpleMeterRegistry(),
            TestNode.outgoing(vertx),
            true);
    await(
        vertx.deployVerticle(
            () -> new WalletVerticle(node, limits),
            new DeploymentOptions()
                .setThreadingModel(ThreadingModel.VIRTUAL_THREAD)
                .setInstances(verticles)));
  }

  <Q, A> Future<A> send(Operation<Q, A> operation, Q request) {
    return bus.ask(operation, request, LONG_ENOUGH);
  }

  /** Asks and waits; throws {@link RejectedException} for a no. */
  <Q, A> A ask(Operation<Q, A> operation, Q request) {
    return await(send(operation, request));
  }

  Balance balance(String userId) {
    return ask(WalletApi.BALANCE, new BalanceOf(userId));
  }

  /** The names of the invariants that do not hold. */
  List<String> broken() {
    return audit().invariants().stream().filter(i -> !i.ok()).map(Invariant::name).toList();
  }

  AuditFindings audit() {
    return ask(WalletApi.AUDIT, new AuditBooks());
  }

  Vertx vertx() {
    return vertx;
  }

  Database database() {
    return database;
  }

  static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(LONG_ENOUGH.toSeconds(), TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
