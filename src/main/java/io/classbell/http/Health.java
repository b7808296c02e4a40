package io.classbell.http;

import io.classbell.platform.Node;
import io.classbell.platform.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/**
 * Live: this process works. Ready: it may be sent requests; red without the database, and while it
 * drains; degraded without Redis, which nothing in the API waits for.
 */
final class Health {

  private static final long PATIENCE_MILLIS = 2_000;

  private final Node node;
  private final RedisStore redis;
  private volatile boolean draining;

  Health(Node node, RedisStore redis) {
    this.node = node;
    this.redis = redis;
  }

  /** From now on no requests are wanted. */
  void drain() {
    draining = true;
  }

  void addTo(Router router) {
    router.get("/health/live").handler(rc -> answer(rc, 200, new JsonObject().put("status", "up")));
    router.get("/health/ready").handler(rc -> state().onSuccess(state -> ready(rc, state)));
  }

  private static void ready(RoutingContext rc, JsonObject state) {
    boolean up = !state.getString("status").equals("down");
    answer(rc, up ? 200 : 503, new JsonObject().put("status", state.getString("status")));
  }

  /** {@code status} is up, degraded or down; with what it was concluded from. */
  Future<JsonObject> state() {
    return node.database()
        .ping()
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .map(true)
        .otherwise(false)
        .map(
            database -> {
              boolean redisUp = redis.isUp();
              String status = !database || draining ? "down" : redisUp ? "up" : "degraded";
              return new JsonObject()
                  .put("status", status)
                  .put("database", database ? "up" : "down")
                  .put("redis", redisUp ? "up" : "down")
                  .put("draining", draining);
            });
  }

  static void answer(RoutingContext rc, int status, JsonObject body) {
    rc.response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(body.toBuffer());
  }
}
