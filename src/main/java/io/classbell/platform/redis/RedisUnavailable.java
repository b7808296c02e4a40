package io.classbell.platform.redis;

/** Redis cannot be reached, or does not answer: go on without it, it is never the only copy. */
public final class RedisUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RedisUnavailable(String detail) {
    super("Redis is down: " + detail, null, false, false);
  }
}
