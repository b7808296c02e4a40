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
 * First handler of every request: enforces the limit of requests in progress and the deadlines of
 * the connection, and sets the default security headers of responses.
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
   * @param refused counts rejected requests
   * @param health whether the node is draining: each response is then the last on its connection
   * @param tlsOnly whether the public URL is https
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
      // Clients then send the next request on a new connection, to another node, before this one
      // stops.
      headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    HttpConnection connection = rc.request().connection();
    if (connections.isUnusable(connection)) {
      return;
    }
    if (!isFramedOnce(rc.request())) {
      connections.markUnusable(connection);
      headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      rc.addEndHandler(ended -> connection.close());
      rc.fail(Problem.of(400, "malformed_request", "The request can't be understood."));
      return;
    }
    if (limits.isHealthOnly(Channels.of(connection))) {
      connections.awaitsBody(connection);
      connections.markUnusable(connection);
      headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      rc.addEndHandler(ended -> connection.close());
      if (!rc.normalizedPath().startsWith(HealthRoutes.PATH)) {
        rc.fail(
            Problem.later(
                503, "too_many_connections", "Too many connections are open. Try again later.", 5));
        return;
      }
    }
    if (!RequestTarget.isWellEscaped(rc.request().uri())) {
      rc.fail(Problem.of(400, "malformed_request", "The address is not well escaped."));
      return;
    }
    // Uses the normalised path like the router, which also maps /%65ventbus/ to the bridge.
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
      rc.fail(
          Problem.later(
              503, "overloaded", "The server is handling too many requests. Try again.", 1));
      return;
    }
    rc.next();
  }

  /**
   * Handles requests to the bridge. They do not count as requests in progress, and have a deadline
   * until the bridge accepts the socket. Bodies are rejected: the handshake waits for the end of a
   * body, so one that never arrives would keep the connection open forever.
   */
  private void handleBridgeRequest(RoutingContext rc, HttpConnection connection) {
    connections.awaitsBody(connection);
    if (RequestRules.hasBody(rc.request())) {
      connections.markUnusable(connection);
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
      rc.fail(
          Problem.later(
              503, "draining", "This node is stopping. Try again on a new connection.", 1));
      return;
    }
    rc.next();
  }

  /**
   * Whether a request has one Host header and unambiguous framing (RFC 9112, 3.2 and 6.1). A proxy
   * could interpret other requests differently (request smuggling).
   */
  private static boolean isFramedOnce(HttpServerRequest request) {
    List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
    return request.headers().getAll(HttpHeaders.HOST).size() < 2
        && (codings.isEmpty()
            || codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked"));
  }
}
