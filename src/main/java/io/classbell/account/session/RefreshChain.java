package io.classbell.account.session;

import io.classbell.platform.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Derives the successor of a refresh token: the HMAC-SHA256 of the token with a key that only the
 * servers have. The database holds only hashes of tokens, so a random successor could not be
 * returned a second time; a derived one can, by every node. Without the key, a token or its hash
 * does not reveal its successor.
 */
final class RefreshChain {
  private static final String ALGORITHM = "HmacSHA256";

  /** Separates this use of the signing secret from all others. */
  private static final String LABEL = "classbell refresh token successor";

  private final SecretKeySpec key;

  /**
   * @param secret the same on every node
   */
  RefreshChain(Secret secret) {
    byte[] label = LABEL.getBytes(StandardCharsets.UTF_8);
    this.key =
        new SecretKeySpec(mac(new SecretKeySpec(secret.bytes(), ALGORITHM), label), ALGORITHM);
  }

  OpaqueToken successorOf(Secret token) {
    return OpaqueToken.of(mac(key, token.bytes()));
  }

  private static byte[] mac(SecretKeySpec key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JVM has HmacSHA256.", e);
    }
  }
}
