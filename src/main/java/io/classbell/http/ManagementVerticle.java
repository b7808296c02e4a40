package io.classbell.http;

import io.classbell.http.api.HttpSettings;
import io.classbell.http.call.Answer;
import io.classbell.http.connection.AllowedHosts;
import io.classbell.http.connection.Channels;
import io.classbell.http.connection.ConnectionWatch;
import io.classbell.http.connection.HeadRequest;
import io.classbell.http.connection.PeerErrors;
import io.classbell.http.contract.AllowedMethods;
import io.classbell.http.health.HealthRoutes;
import io.classbell.http.pipeline.ManagementGate;
import io.classbell.http.pipeline.OptionsRoute;
import io.classbell.http.problem.BadConnections;
import io.classbell.http.problem.ProblemWriter;
import io.classbell.http.representation.CommonHeaders;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.health.Health;
import io.classbell.platform.node.Node;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * HTTP server for operators on a separate port: metrics and health details. Runs on every node,
 * whatever its roles, and stops last, so that a draining node can be observed.
 */
public final class ManagementVerticle extends VerticleBase {

  /** Metrics of a large node may take a while. */
  private static final int ANSWER_SECONDS = 60;

  private final Node node;
  private final Health health;
  private final HttpSettings settings;
  private volatile int actualPort;

  /** Creates a server for the management address and port in {@code settings}. */
  public ManagementVerticle(Node node, Health health, HttpSettings settings) {
    this.node = node;
    this.health = health;
    this.settings = settings;
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    CommonHeaders headers = new CommonHeaders(node.clock());
    BadConnections bad = new BadConnections(node.meters());
    ProblemWriter problems = new ProblemWriter(AllowedMethods.OF_PAGES, headers, bad);
    int deadline = (int) Math.max(1, settings.bodyDeadline().toSeconds());
    ConnectionWatch connections =
        new ConnectionWatch(
            new ConnectionWatch.Deadlines(deadline, deadline, ANSWER_SECONDS), System::nanoTime);
    vertx.setPeriodic(1_000, timer -> connections.sweep());
    router.route().handler(headers);
    // Failure handlers run in the order of their routes.
    router.route().handler(new ManagementGate(connections)).failureHandler(this::refuse);
    router.route().handler(AllowedHosts.ofManagement(settings)).failureHandler(problems);
    for (int status : new int[] {400, 404, 405, 500}) {
      router.errorHandler(status, problems);
    }
    new HealthRoutes(health).addTo(router);
    router
        .get("/health")
        .handler(rc -> health.detailed().onSuccess(state -> HealthRoutes.answer(rc, 200, state)));
    router.get("/metrics").handler(this::metrics);
    router.route().handler(new OptionsRoute(AllowedMethods.OF_PAGES, router));
    return vertx
        .createHttpServer(
            new HttpServerOptions()
                // With h2c, a connection is not known before its first bytes.
                .setHttp2ClearTextEnabled(false)
                .setHost(settings.managementHost())
                .setPort(settings.managementPort()))
        .connectionHandler(
            connection -> {
              Channel channel = Channels.of(connection);
              PeerErrors.handleOn(channel, bad);
              connections.opened(connection, channel);
            })
        .invalidRequestHandler(problems::handleInvalid)
        .requestHandler(OptionsRoute.orElse(headers, HeadRequest.asGet(router)))
        .listen()
        .onSuccess(server -> actualPort = server.actualPort());
  }

  /** Responds in plain text, because only operators use this port. */
  private void refuse(RoutingContext rc) {
    if (rc.failure() instanceof RejectedException refused && refused.failure().status() == 421) {
      rc.response()
          .setStatusCode(refused.failure().status())
          .putHeader("Content-Type", "text/plain; charset=utf-8")
          .end(
              refused.failure().detail()
                  + " Ask by a loopback name or by the address that the management port listens on,"
                  + " or name the host in http.managementAllowedHosts.\n");
    } else {
      rc.next();
    }
  }

  /** The port on which the server listens, available after the start. */
  public int port() {
    return actualPort;
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
                Answer.of(200, Buffer.buffer(text), "text/plain; version=0.0.4; charset=utf-8")
                    .send(rc.response()))
        .onFailure(rc::fail);
  }

  private static Stream<PrometheusMeterRegistry> prometheus(MeterRegistry meters) {
    if (meters instanceof PrometheusMeterRegistry prometheus) {
      return Stream.of(prometheus);
    }
    return meters instanceof CompositeMeterRegistry composite
        ? composite.getRegistries().stream().flatMap(ManagementVerticle::prometheus)
        : Stream.of();
  }
}
