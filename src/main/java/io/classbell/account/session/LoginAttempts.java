package io.classbell.account.session;

import io.classbell.account.api.AccountApi;
import io.classbell.platform.ClientNetwork;
import io.classbell.platform.Ids;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.log.LogThrottle;
import io.classbell.platform.redis.RedisStore;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits attempts per minute. An attempt is reserved before it is made and counts only if it fails.
 * Concurrent attempts therefore never exceed the limit: one that could exceed it waits for the
 * outcome of the others.
 *
 * <p>Attempts are counted in Redis for all nodes and also on this node. While Redis is down, only
 * this node's counts apply and a warning is logged. Keys are hashes, so that Redis holds no e-mail
 * addresses.
 */
public final class LoginAttempts {
  private static final Logger LOG = LoggerFactory.getLogger(LoginAttempts.class);
  private static final int MOST_KEYS = 100_000;

  /** Longer than any attempt takes; reservations of a failed node expire after this time. */
  private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(15);

  /** Time between two tries to reserve while attempts in progress could exhaust a limit. */
  static final Duration PAUSE = Duration.ofMillis(50);

  /**
   * Reserves an attempt under every limit, or under none. Keys: the counts, then the reservations
   * (sorted sets of ids by expiry). Arguments: id, milliseconds that a reservation lives, limits.
   * Returns 0 if reserved, -1 if attempts in progress could exhaust a limit, otherwise the
   * milliseconds to wait.
   */
  private static final String RESERVE =
      "local time = redis.call('TIME') "
          + "local now = time[1] * 1000 + math.floor(time[2] / 1000) "
          + "local half = #KEYS / 2 local wait = 0 local busy = false "
          + "for i = 1, half do "
          + "local failed = tonumber(redis.call('GET', KEYS[i]) or '0') "
          + "local most = tonumber(ARGV[2 + i]) "
          + "if failed >= most then wait = math.max(wait, 1, redis.call('PTTL', KEYS[i])) "
          + "else redis.call('ZREMRANGEBYSCORE', KEYS[half + i], '-inf', now) "
          + "if failed + redis.call('ZCARD', KEYS[half + i]) >= most then busy = true end end end "
          + "if wait > 0 then return wait end "
          + "if busy then return -1 end "
          + "for i = 1, half do "
          + "redis.call('ZADD', KEYS[half + i], now + ARGV[2], ARGV[1]) "
          + "redis.call('PEXPIRE', KEYS[half + i], ARGV[2]) end "
          + "return 0";

  /**
   * Ends a reservation, with the same keys. Arguments: id, 1 if it counts. The minute of a count
   * begins with the first failure.
   */
  private static final String FINISH =
      "local half = #KEYS / 2 "
          + "for i = 1, half do "
          + "redis.call('ZREM', KEYS[half + i], ARGV[1]) "
          + "if ARGV[2] == '1' and redis.call('INCR', KEYS[i]) == 1 then "
          + "redis.call('PEXPIRE', KEYS[i], 60000) end end "
          + "return 0";

  /**
   * @param most a minute; 0 for no limit
   */
  public record Limit(String key, int most) {}

  /** An attempt that may be made; {@link #finish} must follow. */
  record Reservation(String id, List<Limit> limits) {}

  private final RedisStore redis;
  private final String prefix;
  private final String subject;
  private final LongSupplier nanos;
  private final AttemptWindow localWindow = new AttemptWindow(MOST_KEYS);
  private final LogThrottle redisDownLog;

  /**
   * @param purpose part of the Redis keys
   * @param subject plural noun for error texts, such as "password resets"
   */
  public LoginAttempts(RedisStore redis, String purpose, String subject, LongSupplier nanos) {
    this.redis = redis;
    this.prefix = "classbell:" + purpose;
    this.subject = subject;
    this.nanos = nanos;
    this.redisDownLog = new LogThrottle(Duration.ofSeconds(10), nanos);
  }

  /** A limit per account from all clients; the account need not exist. */
  public Limit ofAccount(String email, int most) {
    return limit("account", hash(email), most);
  }

  /** A limit per client network. */
  public Limit ofNetwork(String address, int most) {
    return limit("address", ClientNetwork.of(address), most);
  }

  /** A limit per account and client network. */
  Limit ofAccountAndNetwork(String email, String address, int most) {
    return limit("pair", hash(email) + ":" + ClientNetwork.of(address), most);
  }

  /** A limit with a key of another kind. */
  Limit limit(String kind, String id, int most) {
    return new Limit(prefix + ":" + kind + ":" + id, most);
  }

  /**
   * Reserves one attempt, on a virtual thread.
   *
   * @return null if attempts in progress could exhaust a limit; try again after {@link #PAUSE}
   * @throws RejectedException {@link AccountApi#TOO_MANY_ATTEMPTS} if a limit is exhausted
   */
  @Nullable Reservation tryReserve(List<Limit> limits) {
    List<Limit> set = limits.stream().filter(limit -> limit.most > 0).toList();
    Reservation reservation = new Reservation(Ids.next(), set);
    if (set.isEmpty()) {
      return reservation;
    }
    long waitNanos = localWindow.tryReserve(set, nanos.getAsLong());
    if (waitNanos != 0) {
      return refused(waitNanos / 1_000_000, waitNanos > 0);
    }
    Request request = request(RESERVE, set);
    request.arg(reservation.id).arg(LONGEST_ATTEMPT.toMillis());
    set.forEach(limit -> request.arg(limit.most));
    long wait;
    try {
      wait = Objects.requireNonNull(redis.send(request).await()).toLong();
    } catch (RuntimeException down) {
      logRedisDown(down);
      return reservation;
    }
    if (wait != 0) {
      localWindow.finish(set, false, nanos.getAsLong());
      return refused(wait, wait > 0);
    }
    return reservation;
  }

  /** Ends a reservation; on any thread. */
  void finish(Reservation reservation, boolean counts) {
    if (reservation.limits.isEmpty()) {
      return;
    }
    localWindow.finish(reservation.limits, counts, nanos.getAsLong());
    Request request = request(FINISH, reservation.limits);
    redis.send(request.arg(reservation.id).arg(counts ? 1 : 0)).onFailure(this::logRedisDown);
  }

  /**
   * Counts one attempt whatever its outcome, on a virtual thread.
   *
   * @throws RejectedException {@link AccountApi#TOO_MANY_ATTEMPTS} if a limit is exhausted
   */
  public void count(List<Limit> limits) {
    Reservation reservation = tryReserve(limits);
    while (reservation == null) {
      pause();
      reservation = tryReserve(limits);
    }
    finish(reservation, true);
  }

  /** Waits for {@link #PAUSE}, on a virtual thread of Vert.x. */
  static void pause() {
    Vertx vertx = Objects.requireNonNull(Vertx.currentContext()).owner();
    vertx.timer(PAUSE.toMillis(), TimeUnit.MILLISECONDS).await();
  }

  public static String hash(String email) {
    return OpaqueToken.sha256(email.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }

  private static Request request(String script, List<Limit> limits) {
    Request request = Request.cmd(Command.EVAL).arg(script).arg(2 * limits.size());
    limits.forEach(limit -> request.arg(limit.key));
    limits.forEach(limit -> request.arg(limit.key + ":under-way"));
    return request;
  }

  private @Nullable Reservation refused(long waitMillis, boolean isUsedUp) {
    if (!isUsedUp) {
      return null;
    }
    int seconds = Math.clamp((waitMillis + 999) / 1000, 1, 60);
    throw new RejectedException(
        new Rejection(
            AccountApi.TOO_MANY_ATTEMPTS.status(),
            AccountApi.TOO_MANY_ATTEMPTS.code(),
            "Too many %s for this account or from this address. Try again in %d s."
                .formatted(subject, seconds),
            true,
            seconds,
            null));
  }

  private void logRedisDown(Throwable down) {
    if (redisDownLog.isDue()) {
      LOG.warn(
          "Redis is unavailable: limits of {} count attempts on this node only: {}",
          prefix,
          down.getMessage());
    }
  }
}
