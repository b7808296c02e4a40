package io.classbell.wallet.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over a command's values, in hexadecimal. */
final class InputHash {

  /**
   * Hashes the values with their lengths, so that different lists of values never give the same
   * input.
   */
  static String of(Object... values) {
    StringBuilder text = new StringBuilder();
    for (Object value : values) {
      String part = value.toString();
      text.append(part.length()).append(':').append(part);
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private InputHash() {}
}
