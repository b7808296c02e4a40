package io.classbell.http.limit;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;

/** A list of addresses and networks ({@code 10.0.0.0/8}), IPv4 and IPv6. Asks no name server. */
public final class Networks {

  private record Network(byte[] address, int prefixBits) {

    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < prefixBits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final Networks LOOPBACK = new Networks(List.of("127.0.0.0/8", "::1"));

  private final List<Network> networks = new ArrayList<>();

  /**
   * @throws IllegalArgumentException for what is neither an address nor a network
   */
  Networks(List<String> texts) {
    for (String text : texts) {
      int slash = text.indexOf('/');
      byte[] address =
          NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
      if (address == null) {
        throw new IllegalArgumentException(text + " is no address or network");
      }
      int most = address.length * 8;
      int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > most) {
        throw new IllegalArgumentException(text + " is no network");
      }
      networks.add(new Network(address, bits));
    }
  }

  /** Whether what listens on this host is reached from its own machine alone. */
  public static boolean isLoopback(String host) {
    return host.equals("localhost") || LOOPBACK.contain(host);
  }

  boolean contain(String address) {
    if (networks.isEmpty()) {
      return false;
    }
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    return bytes != null && networks.stream().anyMatch(network -> network.contains(bytes));
  }
}
