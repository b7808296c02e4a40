package io.classbell.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose request it is, for limits. {@code X-Forwarded-For} is believed only as far as our own
 * proxies wrote it: read from the right, the first address that is not one of them is the client.
 */
final class ClientAddress {

  private final Set<String> trustedProxies;

  ClientAddress(List<String> trustedProxies) {
    this.trustedProxies = Set.copyOf(trustedProxies);
  }

  String of(HttpServerRequest request) {
    String peer = request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
    return of(peer == null ? "" : peer, request.getHeader("X-Forwarded-For"));
  }

  String of(String peer, @Nullable String forwardedFor) {
    if (forwardedFor == null || !trustedProxies.contains(peer)) {
      return peer;
    }
    String[] hops = forwardedFor.split(",");
    String nearest = peer;
    for (int i = hops.length - 1; i >= 0; i--) {
      String hop = hops[i].strip();
      if (hop.isEmpty() || hop.length() > 45) {
        return nearest;
      }
      nearest = hop;
      if (!trustedProxies.contains(hop)) {
        return hop;
      }
    }
    return nearest;
  }
}
