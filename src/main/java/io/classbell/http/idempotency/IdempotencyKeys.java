package io.classbell.http.idempotency;

import io.classbell.http.idempotency.store.IdempotencyStore;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.SqlErrors;
import io.classbell.platform.db.Tx;
import io.classbell.platform.idempotency.CommandKeys;
import io.classbell.platform.node.Node;
import io.classbell.platform.time.PlatformClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Stores the response of each idempotency key. Commands are idempotent by their ids; in addition, a
 * repeated request gets the first response verbatim, and a key cannot be reused for another
 * request.
 *
 * <p>Confined to one virtual-thread context of the node; event loops may call it from their own
 * contexts.
 */
public final class IdempotencyKeys {

  private static final int MOST_IN_GROUP = 128;

  private final Vertx vertx;
  private final Context home;
  private final Database database;
  private final PlatformClock clock;
  private final Duration retention;
  private final CommandKeys commandKeys = new CommandKeys();
  private final IdempotencyStore store;
  private final GroupCommit<IdempotencyStore.Key, IdempotencyStore.Begun> begins;
  private final GroupCommit<IdempotencyStore.Finish, Boolean> finishes;

  /**
   * Create it on the virtual-thread context to which it is confined.
   *
   * @param retention how long keys are kept, those of the modules as well
   */
  public IdempotencyKeys(Vertx vertx, Node node, Duration retention) {
    this.vertx = vertx;
    this.home = vertx.getOrCreateContext();
    this.database = node.database();
    this.clock = node.clock();
    this.retention = retention;
    this.store = new IdempotencyStore(clock);
    this.begins =
        new GroupCommit<>(
            vertx,
            node.database(),
            node.meters(),
            "http.idempotency.begin",
            MOST_IN_GROUP,
            1,
            store::begin);
    this.finishes =
        new GroupCommit<>(
            vertx,
            node.database(),
            node.meters(),
            "http.idempotency.finish",
            MOST_IN_GROUP,
            1,
            store::finish);
  }

  /**
   * Reserves the key for a request.
   *
   * @return the command's id and the stored response, if there is one; fails with 422 {@code
   *     idempotency_key_reused}
   */
  Future<IdempotencyStore.Begun> begin(IdempotencyStore.Key key) {
    return onOwnContext(
        () ->
            begins
                .submit(key)
                // Another node inserted the key concurrently; now it can be read.
                .recover(
                    e ->
                        SqlErrors.duplicateKey(e) == null
                            ? Future.failedFuture(e)
                            : begins.submit(key)));
  }

  /** Stores the response unless one is already stored. */
  Future<Boolean> finish(IdempotencyStore.Finish finish) {
    return onOwnContext(() -> finishes.submit(finish));
  }

  /** Deletes expired keys, on a virtual thread. Called periodically. */
  public void deleteExpired() {
    Instant before = clock.realNow().minus(retention);
    deleteAll(tx -> store.deleteOldest(tx, before));
    deleteAll(tx -> commandKeys.deleteOldest(tx, before));
  }

  /** Deletes batch by batch, each in a short transaction. */
  private void deleteAll(Function<Tx, Boolean> batch) {
    boolean more = true;
    while (more) {
      more = database.inTransaction(batch::apply);
    }
  }

  private <T> Future<T> onOwnContext(Supplier<Future<T>> work) {
    Context asking = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    home.runOnContext(
        v ->
            work.get()
                .onComplete(
                    done ->
                        asking.runOnContext(
                            back -> {
                              if (done.succeeded()) {
                                promise.complete(done.result());
                              } else {
                                promise.fail(done.cause());
                              }
                            })));
    return promise.future();
  }
}
