package io.classbell.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may call us: our own and those of configured origins; a request of any other page
 * ends here, sockets and their preliminaries too (the bridge's own check guards one transport
 * alone). Requests without an Origin come from no page.
 */
final class Origins implements Handler<RoutingContext> {

  private final Set<String> own;
  private final Set<String> foreign;
  private final @Nullable CorsHandler cors;

  Origins(String publicUrl, List<String> allowed) {
    this.own = Set.of(normal(publicUrl));
    Set<String> others = new HashSet<>();
    allowed.forEach(origin -> others.add(normal(origin)));
    others.removeAll(own);
    this.foreign = Set.copyOf(others);
    // With no origin configured the library's handler would allow all.
    this.cors = foreign.isEmpty() ? null : corsHandler(foreign);
  }

  private static CorsHandler corsHandler(Set<String> origins) {
    return CorsHandler.create()
        .addOrigins(List.copyOf(origins))
        .allowCredentials(true)
        .allowedMethods(
            Set.of(
                HttpMethod.GET,
                HttpMethod.POST,
                HttpMethod.PUT,
                HttpMethod.PATCH,
                HttpMethod.DELETE))
        .allowedHeaders(Set.of("Authorization", "Content-Type", "Idempotency-Key", "traceparent"))
        .exposedHeaders(Set.of("Retry-After"))
        .maxAgeSeconds(600);
  }

  @Override
  public void handle(RoutingContext rc) {
    rc.response().putHeader("Vary", "Origin");
    String origin = rc.request().getHeader("Origin");
    if (origin == null || isOwn(rc, origin)) {
      rc.next();
    } else if (cors != null && foreign.contains(normal(origin))) {
      cors.handle(rc);
    } else {
      rc.fail(Problem.of(403, "origin_not_allowed", "Pages of this origin may not call the API."));
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

  /** Lower case, and without a port that goes without saying. */
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
