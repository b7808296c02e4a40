package io.classbell.http.pipeline;

import io.classbell.http.connection.ConnectionWatch;
import io.classbell.http.connection.RequestTarget;
import io.classbell.http.problem.Problem;
import io.classbell.http.validation.RequestRules;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;

/**
 * First in the way of every request to the management port: refuses paths that cannot be decoded,
 * and keeps the deadlines of the connection. No request is turned away for load: operators must see
 * a busy node.
 */
public final class ManagementGate implements Handler<RoutingContext> {

  private final ConnectionWatch connections;

  public ManagementGate(ConnectionWatch connections) {
    this.connections = connections;
  }

  @Override
  public void handle(RoutingContext rc) {
    HttpConnection connection = rc.request().connection();
    boolean hasNoBody = !RequestRules.hasBody(rc.request());
    if (hasNoBody) {
      connections.isAnswered(connection);
    } else {
      connections.awaitsBody(connection);
    }
    rc.addEndHandler(
        ended -> {
          if (hasNoBody || rc.request().isEnded()) {
            connections.isSent(connection, rc.response().bytesWritten());
          }
        });
    if (RequestTarget.isWellEscaped(rc.request().uri())) {
      rc.next();
    } else {
      rc.fail(Problem.of(400, "malformed_request", "The address is not well escaped."));
    }
  }
}
