package io.classbell.http.connection;

import io.classbell.http.call.Answer;
import io.classbell.http.problem.Problem;
import io.classbell.http.representation.CommonHeaders;
import io.classbell.platform.bus.Trace;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Enforces allowed origins (CORS): the platform's own and the configured ones. Rejects requests of
 * all other origins, including SockJS requests, because the bridge checks the origin for one
 * transport only. Requests without an Origin header do not come from a page of another origin and
 * pass.
 */
public final class OriginPolicy implements Handler<RoutingContext> {

  private static final Pattern LOOPBACK =
      Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?");

  private static final String EXPOSED =
      String.join(
          ", ",
          Trace.HEADER,
          "Retry-After",
          Answer.REPEATED,
          CommonHeaders.NOW,
          "Location",
          "ETag",
          "RateLimit",
          "RateLimit-Policy",
          "Deprecation",
          "Sunset");

  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
  private static final String HEADERS =
      "Authorization, Content-Type, Idempotency-Key, If-None-Match, traceparent";
  private static final String PREFLIGHT_SECONDS = "600";

  private final Set<String> own;
  private final Set<String> foreign;
  private final boolean testMode;

  /**
   * @param testMode whether loopback origins with any port are allowed too
   */
  public OriginPolicy(String publicUrl, List<String> allowed, boolean testMode) {
    this.own = Set.of(normal(publicUrl));
    Set<String> others = new HashSet<>();
    allowed.forEach(origin -> others.add(normal(origin)));
    this.foreign = Set.copyOf(others);
    this.testMode = testMode;
  }

  /** Adds CORS headers for allowed origins to every response, including errors before routing. */
  public void share(RoutingContext rc) {
    MultiMap headers = rc.response().headers();
    headers.set(HttpHeaders.VARY, "Origin");
    String origin = rc.request().getHeader(HttpHeaders.ORIGIN);
    if (origin != null && isAllowed(origin)) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
      headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    rc.next();
  }

  private boolean isAllowed(String origin) {
    String normal = normal(origin);
    return foreign.contains(normal) || testMode && LOOPBACK.matcher(normal).matches();
  }

  @Override
  public void handle(RoutingContext rc) {
    HttpServerRequest request = rc.request();
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null) {
      rc.next();
    } else if (!isAllowed(origin) && !isOwn(rc, origin)) {
      rc.fail(
          Problem.of(
              403, "origin_not_allowed", "The API does not allow requests from this origin."));
    } else if (request.method().equals(HttpMethod.OPTIONS)
        && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
      rc.response()
          .setStatusCode(204)
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, HEADERS)
          .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS)
          .end();
    } else {
      rc.next();
    }
  }

  private boolean isOwn(RoutingContext rc, String origin) {
    String normal = normal(origin);
    HostAndPort authority = rc.request().authority();
    return own.contains(normal)
        || (authority != null
            && (normal.equals("http://" + hostOf(authority, 80))
                || normal.equals("https://" + hostOf(authority, 443))));
  }

  private static String hostOf(HostAndPort authority, int usualPort) {
    String host = authority.host().toLowerCase(Locale.ROOT);
    int port = authority.port();
    return port <= 0 || port == usualPort ? host : host + ":" + port;
  }

  /** Normalises an origin: lower case, without the default port of the scheme. */
  private static String normal(String origin) {
    try {
      URI uri = URI.create(origin.toLowerCase(Locale.ROOT));
      String scheme = String.valueOf(uri.getScheme());
      int usualPort = scheme.equals("https") ? 443 : 80;
      boolean unsaid = uri.getPort() < 0 || uri.getPort() == usualPort;
      return scheme + "://" + uri.getHost() + (unsaid ? "" : ":" + uri.getPort());
    } catch (IllegalArgumentException e) {
      return "null";
    }
  }
}
