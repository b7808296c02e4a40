package io.classbell.platform.redis;

/**
 * Thrown when Redis is unreachable or does not respond. Callers continue without it, because Redis
 * is never the only copy.
 */
public final class RedisUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RedisUnavailable(String detail) {
    super("Redis is down: " + detail, null, false, false);
  }
}
