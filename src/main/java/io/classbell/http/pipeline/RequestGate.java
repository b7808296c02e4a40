package io.classbell.http.pipeline;

import io.classbell.http.connection.Channels;
import io.classbell.http.connection.ConnectionLimits;
import io.classbell.http.connection.ConnectionWatch;
import io.classbell.http.connection.RequestTarget;
import io.classbell.http.health.HealthRoutes;
import io.classbell.http.live.LiveBridge;
import io.classbell.http.problem.Problem;
import io.classbell.http.problem.TraceId;
import io.classbell.http.validation.RequestRules;
import io.classbell.platform.bus.Trace;
import io.classbell.platform.health.Health;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * First in every request's way: counts it in and out, turns it away at once where too many are in
 * work already, keeps its connection's deadlines, and gives the answer the headers that keep
 * browsers from doing more with it than they should.
 */
public final class RequestGate implements Handler<RoutingContext> {

  private static final String NO_CONTENT_AT_ALL =
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  private static final int SWITCHING_PROTOCOLS = 101;

  private final ConnectionWatch connections;
  private final ConnectionLimits limits;
  private final AtomicInteger inFlight;
  private final Counter refused;
  private final int maxInFlight;
  private final Health health;
  private final boolean tlsOnly;

  /**
   * @param inFlight shared by all event loops of the node
   * @param refused counts those that were turned away
   * @param health whether the node drains: then each answer is the last on its connection
   * @param tlsOnly whether people reach us by https alone
   */
  public RequestGate(
      ConnectionWatch connections,
      ConnectionLimits limits,
      AtomicInteger inFlight,
      Counter refused,
      int maxInFlight,
      Health health,
      boolean tlsOnly) {
    this.connections = connections;
    this.limits = limits;
    this.inFlight = inFlight;
    this.refused = refused;
    this.maxInFlight = maxInFlight;
    this.health = health;
    this.tlsOnly = tlsOnly;
  }

  @Override
  public void handle(RoutingContext rc) {
    MultiMap headers = rc.response().headers();
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Content-Security-Policy", NO_CONTENT_AT_ALL);
    headers.set("X-Frame-Options", "DENY");
    headers.set("Cache-Control", "no-store");
    headers.set(Trace.HEADER, TraceId.of(rc));
    if (tlsOnly) {
      headers.set("Strict-Transport-Security", "max-age=31536000");
    }
    if (health.isDraining()) {
      // Who asks again does so on a connection to somebody else, and is not cut off by our end.
      headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    HttpConnection connection = rc.request().connection();
    if (connections.isGivenUp(connection)) {
      return;
    }
    if (!isFramedOnce(rc.request())) {
      connections.giveUp(connection);
      headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      rc.addEndHandler(ended -> connection.close());
      rc.fail(Problem.of(400, "malformed_request", "The request can't be understood."));
      return;
    }
    if (limits.isHealthOnly(Channels.of(connection))) {
      connections.awaitsBody(connection);
      connections.giveUp(connection);
      headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      rc.addEndHandler(ended -> connection.close());
      if (!rc.normalizedPath().startsWith(HealthRoutes.PATH)) {
        rc.fail(
            Problem.later(503, "too_many_connections", "Too many connections are open here.", 5));
        return;
      }
    }
    if (!RequestTarget.isWellEscaped(rc.request().uri())) {
      rc.fail(Problem.of(400, "malformed_request", "The address is not well escaped."));
      return;
    }
    // As the router reads it: /%65ventbus/ leads there too.
    if (rc.normalizedPath().startsWith(LiveBridge.PATH)) {
      handleBridgeRequest(rc, connection);
      return;
    }
    boolean hasNoBody = !RequestRules.hasBody(rc.request());
    if (hasNoBody) {
      connections.isAnswered(connection);
    } else {
      connections.awaitsBody(connection);
    }
    int now = inFlight.incrementAndGet();
    rc.addEndHandler(
        ended -> {
          inFlight.decrementAndGet();
          if (hasNoBody || rc.request().isEnded()) {
            connections.isSent(connection, rc.response().bytesWritten());
          }
        });
    if (now > maxInFlight) {
      refused.increment();
      rc.fail(Problem.later(503, "overloaded", "Too much is going on right now.", 1));
      return;
    }
    rc.next();
  }

  /**
   * Requests to the bridge. They take no place among the requests in work, and keep a deadline
   * until the bridge has accepted the socket: the handshake waits for the end of a body, so a body
   * that never arrives would keep the connection open for ever. Nothing here reads one, so none may
   * be announced.
   */
  private void handleBridgeRequest(RoutingContext rc, HttpConnection connection) {
    connections.awaitsBody(connection);
    if (RequestRules.hasBody(rc.request())) {
      connections.giveUp(connection);
      rc.response().headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      rc.addEndHandler(ended -> connection.close());
      rc.fail(Problem.of(400, "malformed_request", "Requests to /eventbus/ have no body."));
      return;
    }
    rc.addEndHandler(
        ended -> {
          if (rc.response().getStatusCode() != SWITCHING_PROTOCOLS) {
            connections.isSent(connection, rc.response().bytesWritten());
          }
        });
    if (health.isDraining()) {
      rc.fail(Problem.later(503, "draining", "This node is about to stop.", 1));
      return;
    }
    rc.next();
  }

  /**
   * One host, and one way to tell where the body ends (RFC 9112, 3.2 and 6.1): a proxy before us
   * might read the others otherwise.
   */
  private static boolean isFramedOnce(HttpServerRequest request) {
    List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
    return request.headers().getAll(HttpHeaders.HOST).size() < 2
        && (codings.isEmpty()
            || codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked"));
  }
}
