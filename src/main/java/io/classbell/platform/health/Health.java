package io.classbell.platform.health;

import io.classbell.platform.db.Database;
import io.classbell.platform.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Live: this process works. Ready: it may be sent requests; red without the database, while it has
 * no space to write to, and from the moment this node begins to drain; degraded without Redis,
 * which nothing in the API waits for. One a node; may be asked from any thread.
 */
public final class Health {
  private static final long PATIENCE_MILLIS = 2_000;

  private final Database database;
  private final RedisStore redis;
  private final Map<String, Supplier<Object>> details = new ConcurrentSkipListMap<>();
  private final List<Runnable> drainListeners = new CopyOnWriteArrayList<>();
  private volatile boolean draining;
  private @Nullable Future<Boolean> asked;

  public Health(Database database, RedisStore redis) {
    this.database = database;
    this.redis = redis;
  }

  /** Shows operators one thing more. */
  public void show(String name, Supplier<Object> value) {
    details.put(name, value);
  }

  /** From now on no requests are wanted. */
  public void drain() {
    draining = true;
    drainListeners.forEach(Runnable::run);
  }

  /** Whether this node is on its way out. */
  public boolean isDraining() {
    return draining;
  }

  /** {@code listener} runs when the node begins to drain, on whatever thread says so. */
  public void whenDraining(Runnable listener) {
    drainListeners.add(listener);
  }

  /** {@code status} is up, degraded or down; with what it was concluded from. */
  public Future<JsonObject> state() {
    return databaseAnswers()
        .map(
            databaseUp -> {
              boolean redisUp = redis.isUp();
              boolean full = database.isFull();
              boolean down = !databaseUp || full || draining;
              String status = down ? "down" : redisUp ? "up" : "degraded";
              return new JsonObject()
                  .put("status", status)
                  .put("database", !databaseUp ? "down" : full ? "full" : "up")
                  .put("redis", redisUp ? "up" : "down")
                  .put("draining", draining);
            });
  }

  /** One question at a time, however many want to know; answered on the caller's context. */
  private Future<Boolean> databaseAnswers() {
    ContextInternal context = ContextInternal.current();
    Promise<Boolean> answer = context == null ? Promise.promise() : context.promise();
    question().onComplete(answer);
    return answer.future();
  }

  private synchronized Future<Boolean> question() {
    if (asked == null || asked.isComplete()) {
      asked =
          database
              .ping()
              .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
              .map(true)
              .otherwise(false);
    }
    return asked;
  }

  /** The same, with what the node's parts have to show. */
  public Future<JsonObject> detailed() {
    return state()
        .map(
            state -> {
              details.forEach((name, value) -> state.put(name, value.get()));
              return state;
            });
  }
}
