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
 * Counts by address what is asked for outside the contract: pages, files, sockets that are opened,
 * and what is not there. Balancers may ask for health as often as they like.
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

  /** Before all routes. The API counts its own requests, by whose they are. */
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
                // The handshake waits for the end of the request, so it must not have come yet; the
                // library resumes the request itself.
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

  /** Behind the API's routes: what came so far is none of them. */
  public void refuse(RoutingContext rc) {
    int status = contract.knows(rc.normalizedPath()) ? METHOD_NOT_ALLOWED : NOT_FOUND;
    counted(rc).onSuccess(in -> rc.fail(status)).onFailure(rc::fail);
  }

  private Future<Void> counted(RoutingContext rc) {
    return admission.admit(null, addresses.of(rc.request()), rc.response());
  }
}
