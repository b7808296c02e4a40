package io.classbell.notification.push.keys;

import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Rules of the subscriptions that browsers give: the URL must be of a known push service, because
 * users could otherwise make the platform send requests to any host; the keys must be usable.
 */
public final class WebPushAddress {
  private static final int HTTPS_PORT = 443;
  private static final int KEY_BYTES = 65;
  private static final int SECRET_BYTES = 16;

  /** The prime and the coefficient b of the curve P-256 (FIPS 186-4, D.1.2.3). */
  private static final BigInteger P =
      new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);

  private static final BigInteger B =
      new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);

  /**
   * Whether the URL may be used.
   *
   * @param allowedHosts host names; {@code *.example.com} is every host below example.com
   * @param testMode whether any port and plain http are allowed on loopback hosts
   */
  public static boolean isAllowed(String url, List<String> allowedHosts, boolean testMode) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      return false;
    }
    String host = uri.getHost();
    if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      return false;
    }
    String lower = host.toLowerCase(Locale.ROOT);
    if (allowedHosts.stream().noneMatch(allowed -> matches(lower, allowed))) {
      return false;
    }
    boolean loopback = testMode && (lower.equals("localhost") || lower.startsWith("127."));
    return loopback
        || ("https".equalsIgnoreCase(uri.getScheme())
            && (uri.getPort() == -1 || uri.getPort() == HTTPS_PORT));
  }

  private static boolean matches(String host, String allowed) {
    String pattern = allowed.toLowerCase(Locale.ROOT);
    return pattern.startsWith("*.")
        ? host.length() > pattern.length() - 1 && host.endsWith(pattern.substring(1))
        : host.equals(pattern);
  }

  /** Whether this is an uncompressed point on P-256, in base64url. */
  public static boolean isPublicKey(@Nullable String text) {
    byte[] bytes = bytes(text);
    if (bytes == null || bytes.length != KEY_BYTES || bytes[0] != 4) {
      return false;
    }
    BigInteger x = new BigInteger(1, bytes, 1, 32);
    BigInteger y = new BigInteger(1, bytes, 33, 32);
    BigInteger right = x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(B).mod(P);
    return x.compareTo(P) < 0 && y.compareTo(P) < 0 && y.multiply(y).mod(P).equals(right);
  }

  /** Whether this is an authentication secret of 16 bytes, in base64url. */
  public static boolean isSecret(@Nullable String text) {
    byte[] bytes = bytes(text);
    return bytes != null && bytes.length == SECRET_BYTES;
  }

  static byte @Nullable [] bytes(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return Base64.getUrlDecoder().decode(text.replace("=", ""));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private WebPushAddress() {}
}
