package io.classbell.platform;

import io.netty.util.NetUtil;
import java.util.Arrays;

/** Maps a client's address to the network that rate limits are counted for. */
public final class ClientNetwork {
  private static final int IPV6_BYTES = 16;
  private static final int PREFIX_BYTES = 8;

  /**
   * Returns an IPv4 address unchanged and the /64 network of an IPv6 address, because a customer is
   * normally assigned at least a /64 (RFC 6177). An IPv4-mapped address is returned as its IPv4
   * address. Any other text is returned unchanged.
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
