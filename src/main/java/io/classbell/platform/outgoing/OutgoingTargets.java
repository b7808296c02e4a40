package io.classbell.platform.outgoing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request may be sent to its URL. The host of an untrusted URL is resolved once;
 * all its addresses must be public, and the connection goes to one of them, so that a second lookup
 * cannot answer something else.
 */
final class OutgoingTargets {
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  /** A URL to which no request is sent; the message does not contain the URL. */
  static final class TargetRefused extends IOException {
    private static final long serialVersionUID = 1L;

    TargetRefused(String why) {
      super(why);
    }
  }

  /** Resolves a host name to all of its addresses. */
  @FunctionalInterface
  interface HostResolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private final Vertx vertx;
  private final boolean testMode;
  private final HostResolver resolver;

  OutgoingTargets(Vertx vertx, boolean testMode, HostResolver resolver) {
    this.vertx = vertx;
    this.testMode = testMode;
    this.resolver = resolver;
  }

  /**
   * Completes with the address to connect to, or with none if the client resolves the host itself;
   * fails with {@link TargetRefused}.
   */
  Future<Optional<SocketAddress>> check(OutgoingRequest request, Duration limit) {
    URI uri = request.uri();
    String refusal = refusal(uri, request.isToUntrustedAddress());
    if (refusal != null) {
      return Future.failedFuture(new TargetRefused(refusal));
    }
    if (!request.isToUntrustedAddress()) {
      return Future.succeededFuture(Optional.empty());
    }
    return vertx
        .executeBlocking(() -> resolver.resolve(host(uri)), false)
        .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .compose(
            addresses -> {
              for (InetAddress address : addresses) {
                if (!PublicAddresses.isPublic(address)
                    && !(testMode && address.isLoopbackAddress())) {
                  return Future.failedFuture(
                      new TargetRefused("The host resolves to an address that is not public."));
                }
              }
              return Future.succeededFuture(
                  Optional.of(
                      SocketAddress.inetSocketAddress(port(uri), addresses[0].getHostAddress())));
            });
  }

  static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equalsIgnoreCase("https") ? HTTPS_PORT : HTTP_PORT;
  }

  private @Nullable String refusal(URI uri, boolean untrusted) {
    if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      return "The URL must have a host, and neither user info nor a fragment.";
    }
    boolean toLoopback = testMode && isLoopback(host(uri));
    if (!"https".equalsIgnoreCase(uri.getScheme())
        && !("http".equalsIgnoreCase(uri.getScheme()) && toLoopback)) {
      return "The URL must be https.";
    }
    if (untrusted && port(uri) != HTTPS_PORT && !toLoopback) {
      return "The URL must use port 443.";
    }
    return null;
  }

  /** The host without the brackets of an IPv6 address. */
  private static String host(URI uri) {
    String host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
  }
}
