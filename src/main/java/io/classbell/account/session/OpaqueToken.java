package io.classbell.account.session;

import io.classbell.platform.config.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A token that means nothing by itself: 256 random bits, of which only the SHA-256 is stored. That
 * is enough, as nobody guesses 256 bits; no salt, so that it is found by its hash.
 *
 * @param secret what its holder shows, base64url
 * @param hash what is stored, hex
 */
public record OpaqueToken(Secret secret, String hash) {
  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  public static OpaqueToken next() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return of(bytes);
  }

  /** The token of these bytes, which nobody can guess. */
  static OpaqueToken of(byte[] bytes) {
    Secret secret = Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    return new OpaqueToken(secret, hashOf(secret));
  }

  /** What is stored of a token that somebody shows. */
  public static String hashOf(Secret shown) {
    return sha256(shown.bytes());
  }

  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
