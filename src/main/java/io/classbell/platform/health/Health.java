package io.classbell.platform.health;

import io.classbell.platform.db.Database;
import io.classbell.platform.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Liveness and readiness of a node. Live: the process works. Ready: requests may be sent to it. The
 * status is down if the database is unreachable or full, and from the moment the node begins to
 * drain; it is degraded without Redis, which no request depends on. There is one instance per node;
 * it is safe for use from any thread.
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

  /** Adds a value to the detailed health report. */
  public void show(String name, Supplier<Object> value) {
    details.put(name, value);
  }

  /** Returns the values of the detailed report that are numbers, by name. */
  public Map<String, Long> figures() {
    Map<String, Long> figures = new TreeMap<>();
    details.forEach(
        (name, value) -> {
          if (value.get() instanceof Number number) {
            figures.put(name, number.longValue());
          }
        });
    return figures;
  }

  /** Begins draining: the node is no longer ready. */
  public void drain() {
    draining = true;
    drainListeners.forEach(Runnable::run);
  }

  /** Whether this node is shutting down. */
  public boolean isDraining() {
    return draining;
  }

  /**
   * Registers a listener that runs when the node begins to drain, on the thread that starts
   * draining.
   */
  public void whenDraining(Runnable listener) {
    drainListeners.add(listener);
  }

  /** Returns the status (up, degraded or down) and the checks that it is based on. */
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

  /**
   * Checks the database with one query at a time, shared by all callers; completes on the caller's
   * context.
   */
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

  /** Returns the state with the values that the node's parts have added. */
  public Future<JsonObject> detailed() {
    return state()
        .map(
            state -> {
              details.forEach((name, value) -> state.put(name, value.get()));
              return state;
            });
  }
}
