package io.classbell.http.health;

import io.classbell.http.call.Answer;
import io.classbell.platform.health.Health;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Health checks for load balancers and supervisors. They return the state without details. */
public final class HealthRoutes {

  public static final String PATH = "/health/";

  private final Health health;

  public HealthRoutes(Health health) {
    this.health = health;
  }

  public void addTo(Router router) {
    router.get(PATH + "live").handler(rc -> answer(rc, 200, new JsonObject().put("status", "up")));
    router.get(PATH + "ready").handler(rc -> health.state().onSuccess(state -> ready(rc, state)));
  }

  private static void ready(RoutingContext rc, JsonObject state) {
    boolean up = !state.getString("status").equals("down");
    answer(rc, up ? 200 : 503, new JsonObject().put("status", state.getString("status")));
  }

  public static void answer(RoutingContext rc, int status, JsonObject body) {
    Answer.json(status, body.getMap()).send(rc.response());
  }
}
