package io.classbell.platform.redis;

/** Redis answered a command with an error; the message is the server's, its code first. */
public final class RedisRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RedisRefused(String message) {
    super(message, null, false, false);
  }
}
