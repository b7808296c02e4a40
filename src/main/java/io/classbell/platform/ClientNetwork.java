package io.classbell.platform;

import io.netty.util.NetUtil;
import java.util.Arrays;

/** The network that limits count for a client's address. */
public final class ClientNetwork {
  private static final int IPV6_BYTES = 16;
  private static final int PREFIX_BYTES = 8;

  /**
   * An IPv4 address itself; the /64 of an IPv6 address, as one customer has at least that many (RFC
   * 6177). An IPv4-mapped address is its IPv4 address. Other texts are returned unchanged.
   */
  public static String of(String address) {
    int zone = address.indexOf('%');
    byte[] bytes =
        NetUtil.createByteArrayFromIpAddressString(zone < 0 ? address : address.substring(0, zone));
    if (bytes == null) {
      return address;
    }
    if (bytes.length != IPV6_BYTES) {
      return NetUtil.bytesToIpAddress(bytes);
    }
    if (isMapped(bytes)) {
      return NetUtil.bytesToIpAddress(Arrays.copyOfRange(bytes, 12, IPV6_BYTES));
    }
    byte[] network = Arrays.copyOf(Arrays.copyOf(bytes, PREFIX_BYTES), IPV6_BYTES);
    return NetUtil.bytesToIpAddress(network) + "/64";
  }

  /** {@code ::ffff:a.b.c.d} (RFC 4291, section 2.5.5.2). */
  private static boolean isMapped(byte[] bytes) {
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
  }

  private ClientNetwork() {}
}
