package io.classbell.http.connection;

import io.classbell.http.api.HttpSettings;
import io.classbell.http.problem.Problem;
import io.netty.util.NetUtil;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rejects requests whose Host header names an unexpected host (421, RFC 9110 section 15.5.20). This
 * prevents DNS rebinding: a page of a site whose name resolves to this server's address would
 * otherwise be same-origin and could read responses that are meant for this machine only.
 *
 * <p>Loopback names are always allowed. Requests without a Host header are too, as no browser sends
 * them.
 */
public final class AllowedHosts implements Handler<RoutingContext> {
  private static final String ANY = "*";

  private final Set<String> names = new HashSet<>();
  private final boolean ownAddress;

  /**
   * @param ownAddress whether the local address of the connection is allowed as host
   */
  private AllowedHosts(Collection<String> names, boolean ownAddress) {
    names.forEach(name -> this.names.add(HttpSettings.normalHost(name)));
    this.ownAddress = ownAddress;
  }

  /** For the API port in test mode: loopback names, and the host of {@code publicUrl}. */
  public static AllowedHosts ofTestMode(HttpSettings settings) {
    return new AllowedHosts(
        List.of(Objects.requireNonNull(URI.create(settings.publicUrl()).getHost())), false);
  }

  /**
   * For the management port: loopback names, the address it listens on, and {@code
   * http.managementAllowedHosts}.
   */
  public static AllowedHosts ofManagement(HttpSettings settings) {
    Set<String> names = new HashSet<>(settings.managementAllowedHosts());
    names.add(settings.managementHost());
    return new AllowedHosts(names, true);
  }

  @Override
  public void handle(RoutingContext rc) {
    if (allows(rc.request())) {
      rc.next();
    } else {
      rc.fail(
          Problem.of(
              421,
              "host_not_allowed",
              "The Host header names a host that this server does not serve."));
    }
  }

  private boolean allows(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    if (authority == null) {
      return request.getHeader("Host") == null;
    }
    String local = request.localAddress() == null ? null : request.localAddress().hostAddress();
    return allows(authority.host(), ownAddress ? local : null);
  }

  /**
   * Whether the host is allowed; {@code local} is the local address of the connection if it is
   * allowed too.
   */
  boolean allows(String host, @Nullable String local) {
    String name = HttpSettings.normalHost(host);
    InetAddress literal = NetUtil.createInetAddressFromIpAddressString(name);
    return names.contains(ANY)
        || names.contains(name)
        || HttpSettings.isLoopback(host)
        || (literal != null
            && local != null
            && literal.equals(
                NetUtil.createInetAddressFromIpAddressString(HttpSettings.normalHost(local))));
  }
}
