package io.classbell.http;

import io.classbell.platform.health.Health;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Where load balancers and supervisors ask how a node is: its verdict and nothing more. */
final class HealthRoutes {

  static final String PATH = "/health/";

  private final Health health;

  HealthRoutes(Health health) {
    this.health = health;
  }

  void addTo(Router router) {
    router.get(PATH + "live").handler(rc -> answer(rc, 200, new JsonObject().put("status", "up")));
    router.get(PATH + "ready").handler(rc -> health.state().onSuccess(state -> ready(rc, state)));
  }

  private static void ready(RoutingContext rc, JsonObject state) {
    boolean up = !state.getString("status").equals("down");
    answer(rc, up ? 200 : 503, new JsonObject().put("status", state.getString("status")));
  }

  static void answer(RoutingContext rc, int status, JsonObject body) {
    Answer.json(status, body.getMap()).send(rc.response());
  }
}
