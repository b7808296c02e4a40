package io.classbell.platform.idempotency;

/**
 * The Idempotency-Key of a command, as it travels to the module that has the effect.
 *
 * @param id derived from the user, the operation, the path and the key, so that a repeated request
 *     has the same id on every node
 * @param requestHash eight digits that identify the secret, followed by a keyed hash of the request
 */
public record CommandKey(String id, String requestHash) {

  /** Number of digits at the start of a request hash that identify its secret. */
  public static final int SECRET_ID_DIGITS = 8;

  /**
   * Whether a stored hash is that of this request. Hashes of different secrets cannot be compared;
   * after the secret was replaced, the request counts as the same, and the command finds its own
   * effect by its id.
   */
  public boolean isOf(String storedHash) {
    return !storedHash.regionMatches(0, requestHash, 0, SECRET_ID_DIGITS)
        || storedHash.equals(requestHash);
  }
}
