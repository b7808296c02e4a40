package io.classbell.http.pipeline;

import io.classbell.http.contract.AllowedMethods;
import io.classbell.http.contract.Contract;
import io.classbell.http.health.HealthRoutes;
import io.classbell.http.limit.ClientAddress;
import io.classbell.http.limit.RequestAdmission;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * Applies rate limits by address to requests outside the contract: pages, files, new sockets and
 * unknown paths. Health checks are not limited.
 */
public final class UnmatchedRequests implements Handler<RoutingContext> {

  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;

  private final RequestAdmission admission;
  private final ClientAddress addresses;
  private final AllowedMethods contract;

  public UnmatchedRequests(
      RequestAdmission admission, ClientAddress addresses, AllowedMethods contract) {
    this.admission = admission;
    this.addresses = addresses;
    this.contract = contract;
  }

  /** Runs before all routes. API requests are counted elsewhere, by user. */
  @Override
  public void handle(RoutingContext rc) {
    String path = rc.normalizedPath();
    if (path.startsWith(Contract.PREFIX + "/") || path.startsWith(HealthRoutes.PATH)) {
      rc.next();
      return;
    }
    rc.request().pause();
    counted(rc)
        .onComplete(
            admitted -> {
              boolean isUpgrade = rc.request().headers().contains(HttpHeaders.UPGRADE);
              if (admitted.succeeded() && isUpgrade) {
                // The request stays paused, because the handshake must still receive its end; the
                // library resumes it.
                rc.next();
                return;
              }
              rc.request().resume();
              if (admitted.succeeded()) {
                rc.next();
              } else {
                rc.fail(admitted.cause());
              }
            });
  }

  /** Rejects requests that no API route has matched. */
  public void refuse(RoutingContext rc) {
    int status = contract.knows(rc.normalizedPath()) ? METHOD_NOT_ALLOWED : NOT_FOUND;
    counted(rc).onSuccess(in -> rc.fail(status)).onFailure(rc::fail);
  }

  private Future<Void> counted(RoutingContext rc) {
    return admission.admit(null, addresses.of(rc.request()), rc.response());
  }
}
