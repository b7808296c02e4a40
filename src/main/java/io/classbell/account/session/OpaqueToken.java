package io.classbell.account.session;

import io.classbell.platform.config.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A random token of 256 bits, of which only the SHA-256 is stored. A token of that length cannot be
 * guessed, so a fast hash suffices; it has no salt, so that the token can be looked up by its hash.
 *
 * @param secret the token that the client holds, base64url
 * @param hash the stored hash, hex
 */
public record OpaqueToken(Secret secret, String hash) {
  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  public static OpaqueToken next() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return of(bytes);
  }

  /** Creates a token from 32 unpredictable bytes. */
  static OpaqueToken of(byte[] bytes) {
    Secret secret = Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    return new OpaqueToken(secret, hashOf(secret));
  }

  /** Returns the stored form of a token that a client sent. */
  public static String hashOf(Secret presented) {
    return sha256(presented.bytes());
  }

  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
