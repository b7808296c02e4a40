package io.classbell.notification.push.keys;

import com.zerodeplibs.webpush.VAPIDKeyPair;
import com.zerodeplibs.webpush.VAPIDKeyPairs;
import com.zerodeplibs.webpush.jwt.VAPIDJWTParam;
import com.zerodeplibs.webpush.key.PrivateKeySources;
import com.zerodeplibs.webpush.key.PublicKeySources;
import io.classbell.platform.config.Secret;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The key pair that identifies the platform to push services (VAPID, RFC 8292), as the usual tools
 * print it: base64url of the uncompressed public point and of the private scalar.
 */
public final class VapidKeys {
  private static final int SCALAR_BYTES = 32;

  private final VAPIDKeyPair pair;

  private VapidKeys(VAPIDKeyPair pair) {
    this.pair = pair;
  }

  /**
   * Reads a pair and proves that its halves belong together.
   *
   * @throws IllegalArgumentException if they don't; the message contains nothing of the keys
   */
  public static VapidKeys of(String publicKey, Secret privateKey) {
    byte @Nullable [] point = WebPushAddress.bytes(publicKey);
    byte @Nullable [] scalar = WebPushAddress.bytes(privateKey.reveal());
    if (point == null || !WebPushAddress.isPublicKey(publicKey)) {
      throw new IllegalArgumentException("publicKey is no uncompressed P-256 point in base64url");
    }
    if (scalar == null || scalar.length != SCALAR_BYTES) {
      throw new IllegalArgumentException("privateKey is no P-256 scalar of 32 bytes in base64url");
    }
    try {
      AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
      curve.init(new ECGenParameterSpec("secp256r1"));
      ECParameterSpec p256 = curve.getParameterSpec(ECParameterSpec.class);
      KeyFactory factory = KeyFactory.getInstance("EC");
      ECPrivateKey secret =
          (ECPrivateKey)
              factory.generatePrivate(new ECPrivateKeySpec(new BigInteger(1, scalar), p256));
      ECPoint at = new ECPoint(new BigInteger(1, point, 1, 32), new BigInteger(1, point, 33, 32));
      ECPublicKey open = (ECPublicKey) factory.generatePublic(new ECPublicKeySpec(at, p256));
      if (!match(secret, open)) {
        throw new IllegalArgumentException("publicKey and privateKey are not of one pair");
      }
      return new VapidKeys(
          VAPIDKeyPairs.of(
              PrivateKeySources.ofECPrivateKey(secret), PublicKeySources.ofECPublicKey(open)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the VAPID keys can't be used", e);
    }
  }

  private static boolean match(ECPrivateKey secret, ECPublicKey open)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(secret);
    signature.update((byte) 1);
    byte[] signed = signature.sign();
    signature.initVerify(open);
    signature.update((byte) 1);
    return signature.verify(signed);
  }

  /** The value of {@code Authorization} for a request to this URL. */
  public String authorization(String url, String subject, Instant expiresAt) {
    return pair.generateAuthorizationHeaderValue(
        VAPIDJWTParam.getBuilder()
            .resourceURLString(url)
            .expirationTime(expiresAt)
            .subject(subject)
            .build());
  }
}
