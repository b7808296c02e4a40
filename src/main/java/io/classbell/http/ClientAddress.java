package io.classbell.http;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key under which limits count a client: its IPv4 address, or the /64 network of its IPv6
 * address, because one subscriber usually has all addresses of a /64. {@code X-Forwarded-For} is
 * believed only as far as our own proxies wrote it: read from the right, the first address that is
 * not one of them is the client.
 */
final class ClientAddress {

  private static final int NETWORK_BYTES = 8;
  private static final int IPV6_BYTES = 16;

  private final Networks trustedProxies;

  ClientAddress(List<String> trustedProxies) {
    this.trustedProxies = new Networks(trustedProxies);
  }

  /** The client's key. */
  String of(HttpServerRequest request) {
    String peer = request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
    // A proxy may add a line of its own after the client's: all of them are one list (RFC 9110,
    // 5.3).
    List<String> lines = request.headers().getAll("X-Forwarded-For");
    return of(peer == null ? "" : peer, lines.isEmpty() ? null : String.join(",", lines));
  }

  String of(String peer, @Nullable String forwardedFor) {
    return key(client(peer, forwardedFor));
  }

  /** Whether connections of this peer carry the requests of many clients. */
  boolean isProxy(String peer) {
    return trustedProxies.contain(peer);
  }

  /**
   * The key of an address: IPv4 as it stands, also where it is mapped into IPv6 (RFC 4291,
   * 2.5.5.2); IPv6 by its first 64 bits. Anything else is its own key.
   */
  static String key(String address) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes == null || bytes.length != IPV6_BYTES) {
      return address;
    }
    if (isMappedIpV4(bytes)) {
      return NetUtil.bytesToIpAddress(Arrays.copyOfRange(bytes, IPV6_BYTES - 4, IPV6_BYTES));
    }
    byte[] network = Arrays.copyOf(Arrays.copyOf(bytes, NETWORK_BYTES), IPV6_BYTES);
    return NetUtil.bytesToIpAddress(network) + "/64";
  }

  private static boolean isMappedIpV4(byte[] bytes) {
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return bytes[10] == -1 && bytes[11] == -1;
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
