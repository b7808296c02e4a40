package io.classbell.platform;

import com.github.f4b6a3.uuid.UuidCreator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.regex.Pattern;

/** Creates all ids: UUID version 7 (RFC 9562), as lower-case strings. */
public final class Ids {
  private static final long LEADING_BITS = 0xffff_ffff_ffff_0000L;
  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** Returns a new id that sorts after all ids created before on this node. */
  public static String next() {
    return UuidCreator.getTimeOrderedEpoch().toString();
  }

  /**
   * Derives an id from the parts (UUID version 8 over SHA-256). The same parts always give the same
   * id, so that a repeated command is recognised as the same command.
   */
  public static String derived(String... parts) {
    return derived(0, 0, parts);
  }

  /**
   * Derives an id as {@link #derived(String...)} does that begins with the same 48 bits as another
   * one, the time at which that one was created. Rows with such ids are stored near each other.
   */
  public static String derivedNear(String id, String... parts) {
    return derived(
        UUID.fromString(id).getMostSignificantBits() & LEADING_BITS, LEADING_BITS, parts);
  }

  private static String derived(long leading, long mask, String... parts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        sha.update(Integer.toString(bytes.length).getBytes(StandardCharsets.US_ASCII));
        sha.update((byte) ':');
        sha.update(bytes);
      }
      byte[] h = sha.digest();
      long high = 0;
      long low = 0;
      for (int i = 0; i < 8; i++) {
        high = high << 8 | (h[i] & 0xff);
        low = low << 8 | (h[i + 8] & 0xff);
      }
      high = high & ~mask | leading;
      high = high & ~0xf000L | 0x8000L;
      low = low & 0x3fffffffffffffffL | 0x8000000000000000L;
      return new UUID(high, low).toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256.", e);
    }
  }

  /** Whether a text has the form of an id. */
  public static boolean isId(String text) {
    return FORM.matcher(text).matches();
  }

  private Ids() {}
}
