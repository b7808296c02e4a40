package io.classbell.platform.outgoing;

import io.classbell.platform.IpNetworks;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Tells addresses of the public internet from those of private, local and reserved networks (IANA
 * special-purpose address registries, RFC 6890).
 */
final class PublicAddresses {
  private static final IpNetworks RESERVED_IPV4 =
      new IpNetworks(
          List.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/3"));

  /** Global unicast addresses are assigned from here only. */
  private static final IpNetworks UNICAST_IPV6 = new IpNetworks(List.of("2000::/3"));

  /**
   * Within global unicast: protocol assignments with Teredo, documentation, and 6to4, which embeds
   * IPv4 addresses.
   */
  private static final IpNetworks RESERVED_IPV6 =
      new IpNetworks(List.of("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"));

  static boolean isPublic(InetAddress address) {
    String text = address.getHostAddress();
    if (address instanceof Inet4Address) {
      return !RESERVED_IPV4.contain(text);
    }
    int zone = text.indexOf('%');
    return zone < 0 && UNICAST_IPV6.contain(text) && !RESERVED_IPV6.contain(text);
  }

  private PublicAddresses() {}
}
