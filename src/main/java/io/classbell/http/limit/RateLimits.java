package io.classbell.http.limit;

import io.classbell.platform.log.LogThrottle;
import io.classbell.platform.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits requests per user or address, counted in Redis in fixed windows for all nodes together.
 * While Redis is down, all requests are admitted, and a warning is logged once a minute.
 */
public final class RateLimits {

  private static final Logger LOG = LoggerFactory.getLogger(RateLimits.class);

  /**
   * Counts one request; the window begins with the first one. Returns the count and the seconds
   * left.
   */
  private static final String COUNT =
      "local n = redis.call('INCR', KEYS[1]) "
          + "if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end "
          + "return {n, redis.call('TTL', KEYS[1])}";

  /** A limit per window; {@code limit} 0 means no limit. */
  record Rule(String name, int limit, int windowSeconds) {}

  private final RedisStore redis;
  private final Duration patience;
  private final LogThrottle redisDownLog = new LogThrottle(Duration.ofMinutes(1));

  /**
   * @param patience Redis counts as down if it takes longer than this to reply
   */
  public RateLimits(RedisStore redis, Duration patience) {
    this.redis = redis;
    this.patience = patience;
  }

  /**
   * The remaining quota of a window.
   *
   * @param isSpent whether this request exceeds the limit
   */
  record Quota(long remaining, int secondsLeft, boolean isSpent) {}

  /** Counts one request of {@code who}; null if there is no limit or Redis is down. */
  Future<@Nullable Quota> count(Rule rule, String who) {
    if (rule.limit() == 0) {
      return Future.succeededFuture();
    }
    Request request =
        Request.cmd(Command.EVAL)
            .arg(COUNT)
            .arg(1)
            .arg("classbell:rate:" + rule.name() + ":" + who)
            .arg(rule.windowSeconds());
    return redis
        .send(request)
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .map(counted -> quota(rule, counted))
        .otherwise(
            e -> {
              if (redisDownLog.isDue()) {
                LOG.warn("Redis does not respond; rate limits are off: {}", e.getMessage());
              }
              return null;
            });
  }

  private static Quota quota(Rule rule, Response counted) {
    long count = counted.get(0).toLong();
    return new Quota(
        Math.max(0, rule.limit() - count),
        Math.max(1, counted.get(1).toInteger()),
        count > rule.limit());
  }
}
