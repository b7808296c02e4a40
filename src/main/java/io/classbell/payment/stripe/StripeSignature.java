package io.classbell.payment.stripe;

import io.classbell.platform.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Stripe-Signature} header: {@code t=<seconds>,v1=<hex>[,v1=<hex>]}, where each v1 is
 * HMAC-SHA256 over {@code t + "." + body}. While a secret is rolled there is one v1 for each.
 *
 * @see <a href="https://docs.stripe.com/webhooks#verify-manually">Stripe: verify manually</a>
 */
public final class StripeSignature {
  /** How far the time may be from ours, on both sides; each retry has a new one. */
  static final Duration TOLERANCE = Duration.ofSeconds(300);

  private static final int MOST_SIGNATURES = 10;

  private StripeSignature() {}

  /**
   * Whether the header signs these bytes with one of the secrets.
   *
   * @param body the bytes as they were received
   */
  public static boolean isValid(
      @Nullable String header, byte[] body, List<Secret> secrets, Instant realNow) {
    if (header == null) {
      return false;
    }
    String time = null;
    List<byte[]> signatures = new ArrayList<>();
    for (String part : header.split(",", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? "" : part.substring(0, equals).strip();
      String value = part.substring(equals + 1).strip();
      if (name.equals("t")) {
        if (time != null) {
          return false;
        }
        time = value;
      } else if (name.equals("v1") && value.matches("[0-9a-fA-F]{64}")) {
        signatures.add(HexFormat.of().parseHex(value));
      }
    }
    if (time == null || !time.matches("\\d{1,12}") || signatures.size() > MOST_SIGNATURES) {
      return false;
    }
    Duration off = Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), realNow).abs();
    return off.compareTo(TOLERANCE) <= 0 && isSigned(time, body, secrets, signatures);
  }

  private static boolean isSigned(
      String time, byte[] body, List<Secret> secrets, List<byte[]> signatures) {
    boolean signed = false;
    for (Secret secret : secrets) {
      byte[] expected = sign(time, body, secret);
      for (byte[] signature : signatures) {
        signed |= MessageDigest.isEqual(expected, signature);
      }
    }
    return signed;
  }

  private static byte[] sign(String time, byte[] body, Secret secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.bytes(), "HmacSHA256"));
      mac.update(time.getBytes(StandardCharsets.US_ASCII));
      mac.update((byte) '.');
      return mac.doFinal(body);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JVM has HmacSHA256", e);
    }
  }
}
