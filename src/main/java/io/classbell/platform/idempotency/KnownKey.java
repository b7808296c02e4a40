package io.classbell.platform.idempotency;

import io.classbell.platform.failure.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * A stored key.
 *
 * @param rejection the rejection of the command; null if the command took effect
 */
public record KnownKey(String id, String requestHash, @Nullable Rejection rejection) {

  /** The rejection of another request with a key that is in use. */
  public static final Rejection REUSED =
      new Rejection(
          422,
          "idempotency_key_reused",
          "This Idempotency-Key was used with another request.",
          false,
          null,
          null);

  public static KnownKey effective(CommandKey key) {
    return new KnownKey(key.id(), key.requestHash(), null);
  }

  public static KnownKey rejected(CommandKey key, Rejection rejection) {
    return new KnownKey(key.id(), key.requestHash(), rejection);
  }

  /**
   * Why a request with this key is rejected; null if the first one took effect.
   *
   * @param key the key of the request, with the same id
   */
  public @Nullable Rejection rejectionOf(CommandKey key) {
    if (!key.isOf(requestHash)) {
      return REUSED;
    }
    return rejection == null ? null : rejection.asRepeated();
  }
}
