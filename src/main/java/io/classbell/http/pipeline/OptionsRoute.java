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
 * Behind all other routes: answers OPTIONS that are no CORS preflight with 204 and what the path
 * can be asked. Everything outside the contract is for reading.
 */
public final class OptionsRoute implements Handler<RoutingContext> {

  private final AllowedMethods methods;
  private final Set<String> pages = new HashSet<>();

  /**
   * @param router whose routes of one fixed path are the pages
   */
  public OptionsRoute(AllowedMethods methods, Router router) {
    this.methods = methods;
    for (Route route : router.getRoutes()) {
      if (route.isExactPath() && route.getPath() != null) {
        pages.add(route.getPath());
      }
    }
  }

  /**
   * Answers {@code OPTIONS *}, which asks what the server can do and names no path that could be
   * routed; hands on everything else.
   */
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
      // Said here, as this route matches everything: the router would answer 404.
      rc.fail(405);
    } else {
      rc.next();
    }
  }

  private static void allow(HttpServerResponse response, String methods) {
    response.setStatusCode(204).putHeader(HttpHeaders.ALLOW, methods).end();
  }
}
