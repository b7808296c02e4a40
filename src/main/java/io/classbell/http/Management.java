package io.classbell.http;

import io.classbell.platform.Node;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What only operators are to see, on a port of its own: metrics, and what health was concluded
 * from.
 */
final class Management {

  private final Vertx vertx;
  private final Node node;
  private final Health health;
  private final Supplier<JsonObject> details;

  /**
   * @param details of this node's HTTP side
   */
  Management(Vertx vertx, Node node, Health health, Supplier<JsonObject> details) {
    this.vertx = vertx;
    this.node = node;
    this.health = health;
    this.details = details;
  }

  Future<HttpServer> listen(String host, int port) {
    Router router = Router.router(vertx);
    health.addTo(router);
    router
        .get("/health")
        .handler(
            rc ->
                health
                    .state()
                    .onSuccess(state -> Health.answer(rc, 200, state.mergeIn(details.get()))));
    router.get("/metrics").handler(this::metrics);
    return vertx
        .createHttpServer(new HttpServerOptions().setHost(host).setPort(port))
        .requestHandler(router)
        .listen();
  }

  private void metrics(RoutingContext rc) {
    Optional<PrometheusMeterRegistry> prometheus = prometheus(node.meters()).findFirst();
    if (prometheus.isEmpty()) {
      rc.response().setStatusCode(404).end();
      return;
    }
    vertx
        .executeBlocking(() -> prometheus.get().scrape(), false)
        .onSuccess(
            text ->
                rc.response()
                    .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                    .end(text))
        .onFailure(rc::fail);
  }

  private static Stream<PrometheusMeterRegistry> prometheus(MeterRegistry meters) {
    if (meters instanceof PrometheusMeterRegistry prometheus) {
      return Stream.of(prometheus);
    }
    return meters instanceof CompositeMeterRegistry composite
        ? composite.getRegistries().stream().flatMap(Management::prometheus)
        : Stream.of();
  }
}
