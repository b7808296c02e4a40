package io.classbell.http.idempotency;

import io.classbell.http.idempotency.store.IdempotencyStore;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.SqlErrors;
import io.classbell.platform.node.Node;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * Remembers which answer a key was given. The commands behind it are idempotent by their ids; this
 * adds that the first answer is given again word for word, and that a key is not taken for two
 * things.
 *
 * <p>It lives on one virtual-thread context of the node; event loops ask it from theirs.
 */
public final class IdempotencyKeys {

  private static final int MOST_IN_GROUP = 128;

  private final Vertx vertx;
  private final Context home;
  private final Database database;
  private final IdempotencyStore store;
  private final GroupCommit<IdempotencyStore.Key, IdempotencyStore.Begun> begins;
  private final GroupCommit<IdempotencyStore.Finish, Boolean> finishes;

  /** To be made on the virtual-thread context that it is to live on. */
  public IdempotencyKeys(Vertx vertx, Node node) {
    this.vertx = vertx;
    this.home = vertx.getOrCreateContext();
    this.database = node.database();
    this.store = new IdempotencyStore(node.clock());
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
   * Takes the key for a request.
   *
   * @return the command's id, and the answer where one was given before; fails with 422 {@code
   *     idempotency_key_reused}
   */
  Future<IdempotencyStore.Begun> begin(IdempotencyStore.Key key) {
    return atHome(
        () ->
            begins
                .submit(key)
                // Another node took the key at the very same time: now it is there to be read.
                .recover(
                    e ->
                        SqlErrors.duplicateKey(e) == null
                            ? Future.failedFuture(e)
                            : begins.submit(key)));
  }

  /** Keeps the answer, the first one only. */
  Future<Boolean> finish(IdempotencyStore.Finish finish) {
    return atHome(() -> finishes.submit(finish));
  }

  /** Forgets answers that are past use; on a virtual thread, now and then. */
  public void forgetOldAnswers() {
    boolean more = true;
    while (more) {
      more = database.inTransaction(store::forgetOldest);
    }
  }

  private <T> Future<T> atHome(Supplier<Future<T>> work) {
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
