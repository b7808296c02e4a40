package io.classbell.http.limit;

import io.classbell.platform.ClientNetwork;
import io.classbell.platform.IpNetworks;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key under which limits count a client: its IPv4 address, or the /64 network of its IPv6
 * address, because one subscriber usually has all addresses of a /64. {@code X-Forwarded-For} is
 * trusted only as far as trusted proxies wrote it: read from the right, the first address that is
 * not a trusted proxy is the client.
 */
public final class ClientAddress {

  private final IpNetworks trustedProxies;

  public ClientAddress(List<String> trustedProxies) {
    this.trustedProxies = new IpNetworks(trustedProxies);
  }

  /** The client's key. */
  public String of(HttpServerRequest request) {
    String peer = request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
    // A proxy may add a separate header line; all lines form one list (RFC 9110, 5.3).
    List<String> lines = request.headers().getAll("X-Forwarded-For");
    return of(peer == null ? "" : peer, lines.isEmpty() ? null : String.join(",", lines));
  }

  String of(String peer, @Nullable String forwardedFor) {
    return ClientNetwork.of(client(peer, forwardedFor));
  }

  /** Whether this peer is a trusted proxy, whose connections carry requests of many clients. */
  public boolean isProxy(String peer) {
    return trustedProxies.contain(peer);
  }

  private String client(String peer, @Nullable String forwardedFor) {
    if (forwardedFor == null || !trustedProxies.contain(peer)) {
      return peer;
    }
    String[] hops = forwardedFor.split(",");
    String nearest = peer;
    for (int i = hops.length - 1; i >= 0; i--) {
      String hop = hops[i].strip();
      if (!NetUtil.isValidIpV4Address(hop) && !NetUtil.isValidIpV6Address(hop)) {
        return nearest;
      }
      nearest = hop;
      if (!trustedProxies.contain(hop)) {
        return hop;
      }
    }
    return nearest;
  }
}
