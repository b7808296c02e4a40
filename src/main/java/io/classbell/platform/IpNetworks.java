package io.classbell.platform;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of IP addresses and networks in CIDR notation ({@code 10.0.0.0/8}), IPv4 and IPv6. An
 * IPv4-mapped IPv6 address is its IPv4 address. No name is looked up.
 */
public final class IpNetworks {

  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

  /** At most three digits, so that it is a number. */
  private static final String PREFIX = "\\d{1,3}";

  private final List<IpSubnetFilterRule> networks;

  /**
   * @throws IllegalArgumentException naming the text that is neither an address nor a network
   */
  public IpNetworks(List<String> texts) {
    this.networks = texts.stream().map(IpNetworks::require).toList();
  }

  /** Whether the text is an address or a network. */
  public static boolean isValid(String text) {
    return parse(text) != null;
  }

  /** Whether the address is in one of the networks; false for what is not an address. */
  public boolean contain(String address) {
    if (networks.isEmpty()) {
      return false;
    }
    InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
    if (parsed == null) {
      return false;
    }
    InetSocketAddress peer = new InetSocketAddress(parsed, 0);
    return networks.stream().anyMatch(network -> network.matches(peer));
  }

  private static IpSubnetFilterRule require(String text) {
    IpSubnetFilterRule network = parse(text);
    if (network == null) {
      throw new IllegalArgumentException(text + " is not an IP address or network");
    }
    return network;
  }

  private static @Nullable IpSubnetFilterRule parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address =
        NetUtil.createInetAddressFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      return null;
    }
    int longest = address instanceof Inet4Address ? IPV4_BITS : IPV6_BITS;
    String prefix = slash < 0 ? Integer.toString(longest) : text.substring(slash + 1);
    return prefix.matches(PREFIX) && Integer.parseInt(prefix) <= longest
        ? new IpSubnetFilterRule(address, Integer.parseInt(prefix), IpFilterRuleType.ACCEPT)
        : null;
  }
}
