package io.classbell.http.call;

import io.classbell.platform.failure.RejectionCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Binds the cursor of a page to its list and the list's filters: a cursor is rejected by another
 * list and by the same list with other filters. It contains the first bytes of a hash of the
 * operation and its filters, followed by the module's own cursor. It is not a secret: the module
 * validates its part, and access checks do not depend on a cursor.
 */
final class PageCursor {
  private static final int HASH_BYTES = 9;

  /** Parameters that may differ between pages. */
  private static final Set<String> NOT_FILTERS = Set.of("cursor", "limit");

  private PageCursor() {}

  /** Returns the cursor for clients. */
  static String bind(String inner, String operation, Map<String, Object> parameters) {
    byte[] plain = inner.getBytes(StandardCharsets.UTF_8);
    byte[] bound = Arrays.copyOf(hash(operation, parameters), HASH_BYTES + plain.length);
    System.arraycopy(plain, 0, bound, HASH_BYTES, plain.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bound);
  }

  /**
   * Returns the module's cursor.
   *
   * @throws io.classbell.platform.bus.Refused if the cursor belongs to another list or other
   *     filters
   */
  static String open(String cursor, String operation, Map<String, Object> parameters) {
    byte[] bound;
    try {
      bound = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException e) {
      throw RejectionCode.invalidCursor();
    }
    byte[] expected = hash(operation, parameters);
    if (bound.length <= HASH_BYTES
        || !Arrays.equals(bound, 0, HASH_BYTES, expected, 0, HASH_BYTES)) {
      throw RejectionCode.invalidCursor();
    }
    return new String(bound, HASH_BYTES, bound.length - HASH_BYTES, StandardCharsets.UTF_8);
  }

  private static byte[] hash(String operation, Map<String, Object> parameters) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      add(sha, operation);
      new TreeMap<>(parameters)
          .forEach(
              (name, value) -> {
                if (!NOT_FILTERS.contains(name)) {
                  add(sha, name);
                  add(sha, canonical(String.valueOf(value)));
                }
              });
      return sha.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Normalises instants, because clients may send another offset for the next page. */
  private static String canonical(String value) {
    try {
      return OffsetDateTime.parse(value).toInstant().toString();
    } catch (DateTimeException notAnInstant) {
      return value;
    }
  }

  private static void add(MessageDigest sha, String part) {
    sha.update(part.getBytes(StandardCharsets.UTF_8));
    sha.update((byte) 0);
  }
}
