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
 * How often one user or address may ask, counted on Redis in fixed windows for all nodes together.
 * Where Redis is down everybody is let in, which is said in the log once a minute.
 */
public final class RateLimits {

  private static final Logger LOG = LoggerFactory.getLogger(RateLimits.class);

  /** Counts one; the window begins with its first. Answers the count and the seconds left. */
  private static final String COUNT =
      "local n = redis.call('INCR', KEYS[1]) "
          + "if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end "
          + "return {n, redis.call('TTL', KEYS[1])}";

  /** {@code limit} 0 is none. */
  record Rule(String name, int limit, int windowSeconds) {}

  private final RedisStore redis;
  private final Duration patience;
  private final LogThrottle sayThatDown = new LogThrottle(Duration.ofMinutes(1));

  /**
   * @param patience a Redis that takes longer is down
   */
  public RateLimits(RedisStore redis, Duration patience) {
    this.redis = redis;
    this.patience = patience;
  }

  /**
   * What is left of a window.
   *
   * @param isSpent whether this request is one too many
   */
  record Quota(long remaining, int secondsLeft, boolean isSpent) {}

  /** Counts one request of {@code who}; null where nothing is counted. */
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
              if (sayThatDown.isDue()) {
                LOG.warn("rate limits are off, as Redis does not answer: {}", e.getMessage());
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
