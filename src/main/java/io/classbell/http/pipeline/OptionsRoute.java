package io.classbell.http.pipeline;

import io.classbell.http.contract.AllowedMethods;
import io.classbell.http.representation.CommonHeaders;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.Set;

/**
 * Last route: responds to OPTIONS requests that are not CORS preflights with 204 and an {@code
 * Allow} header. Paths outside the contract allow reading only.
 */
public final class OptionsRoute implements Handler<RoutingContext> {

  private final AllowedMethods methods;
  private final Set<String> pages = new HashSet<>();

  /**
   * @param router its routes with a fixed path are the pages
   */
  public OptionsRoute(AllowedMethods methods, Router router) {
    this.methods = methods;
    for (Route route : router.getRoutes()) {
      if (route.isExactPath() && route.getPath() != null) {
        pages.add(route.getPath());
      }
    }
  }

  /** Responds to {@code OPTIONS *}, which has no path to route; passes on all other requests. */
  public static Handler<HttpServerRequest> orElse(
      CommonHeaders headers, Handler<HttpServerRequest> routes) {
    return request -> {
      if (request.method().equals(HttpMethod.OPTIONS) && "*".equals(request.uri())) {
        HttpServerResponse response = request.response();
        headers.addTo(response.headers());
        allow(response, AllowedMethods.ALL);
      } else {
        routes.handle(request);
      }
    };
  }

  @Override
  public void handle(RoutingContext rc) {
    String path = rc.normalizedPath();
    boolean isPage = pages.contains(path);
    if (rc.request().method().equals(HttpMethod.OPTIONS) && (isPage || methods.knows(path))) {
      allow(rc.response(), methods.of(path));
    } else if (isPage) {
      // Sent here, because this route matches every path and the router would respond with 404.
      rc.fail(405);
    } else {
      rc.next();
    }
  }

  private static void allow(HttpServerResponse response, String methods) {
    response.setStatusCode(204).putHeader(HttpHeaders.ALLOW, methods).end();
  }
}
