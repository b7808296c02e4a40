package io.classbell.http.live;

import io.classbell.platform.Ids;
import io.classbell.platform.log.LogThrottle;
import io.classbell.platform.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits each user's sockets across all nodes, in Redis. A place is reserved until the socket's
 * token expires at the latest. Places of a failed node become free when the node's lease expires; a
 * node renews only its lease, however many sockets it has. While Redis is down, only the local
 * count applies, and a warning is logged once a minute. Thread-safe.
 */
public final class SocketPlaces {

  private static final Logger LOG = LoggerFactory.getLogger(SocketPlaces.class);

  /**
   * Reserves a place. Arguments: now, the maximum number of places, the place, its expiry. Accesses
   * only its declared key, as Redis Cluster requires. The key expires with its last place.
   */
  private static final String TAKE =
      """
      local places, now, most, place = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3]
      redis.call('ZREMRANGEBYSCORE', places, '-inf', now)
      if not redis.call('ZSCORE', places, place) and redis.call('ZCARD', places) >= most then
        return 0
      end
      redis.call('ZADD', places, ARGV[4], place)
      local last = redis.call('ZRANGE', places, -1, -1, 'WITHSCORES')[2]
      redis.call('EXPIRE', places, math.max(1, last - now))
      return 1
      """;

  private static final String PLACES = "classbell:sockets:";
  private static final String LEASES = "classbell:sockets-node:";
  private static final int LEASE_SECONDS = 15;
  private static final long RENEW_MILLIS = 5_000;

  private final String node = Ids.next();
  private final AtomicLong count = new AtomicLong();
  private final RedisStore redis;
  private final int mostPerUser;
  private final Duration patience;
  private final InstantSource realTime;
  private final LogThrottle redisDownLog = new LogThrottle(Duration.ofMinutes(1));

  /**
   * @param patience Redis counts as down if it takes longer than this to reply
   */
  public SocketPlaces(
      RedisStore redis, int mostPerUser, Duration patience, InstantSource realTime) {
    this.redis = redis;
    this.mostPerUser = mostPerUser;
    this.patience = patience;
    this.realTime = realTime;
  }

  /** Starts renewing the node's lease. */
  public void start(Vertx vertx) {
    redis.whenUp(this::renewLease);
    vertx.setPeriodic(RENEW_MILLIS, timer -> renewLease());
  }

  /** Returns a name for the place of one socket, unique across nodes. */
  public String name() {
    return node + "/" + count.incrementAndGet();
  }

  /**
   * Reserves a place, or extends an existing reservation.
   *
   * @param until seconds since the epoch
   * @return false if all places of the user are taken
   */
  public Future<Boolean> take(String userId, String place, long until) {
    return tryTake(userId, place, until)
        .compose(
            taken ->
                taken
                    ? Future.succeededFuture(true)
                    : freePlacesOfDeadNodes(userId)
                        .compose(
                            freed ->
                                freed
                                    ? tryTake(userId, place, until)
                                    : Future.succeededFuture(false)))
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .otherwise(
            e -> {
              down(e);
              return true;
            });
  }

  private Future<Boolean> tryTake(String userId, String place, long until) {
    return redis
        .send(
            Request.cmd(Command.EVAL)
                .arg(TAKE)
                .arg(1)
                .arg(PLACES + userId)
                .arg(realTime.instant().getEpochSecond())
                .arg(mostPerUser)
                .arg(place)
                .arg(until))
        .map(taken -> taken == null || taken.toInteger() == 1);
  }

  /**
   * Frees places of failed nodes. Called only if all places are taken.
   *
   * @return whether a place became free
   */
  private Future<Boolean> freePlacesOfDeadNodes(String userId) {
    return redis
        .send(Request.cmd(Command.ZRANGE).arg(PLACES + userId).arg(0).arg(-1))
        .compose(
            taken -> {
              Map<String, List<String>> byNode = new HashMap<>();
              if (taken != null) {
                for (Response place : taken) {
                  String name = place.toString();
                  String owner = name.substring(0, Math.max(0, name.indexOf('/')));
                  byNode.computeIfAbsent(owner, o -> new ArrayList<>()).add(name);
                }
              }
              List<Future<Boolean>> freed = new ArrayList<>();
              byNode.forEach((owner, places) -> freed.add(freeUnlessAlive(userId, owner, places)));
              return Future.all(freed).map(all -> all.<Boolean>list().contains(true));
            });
  }

  private Future<Boolean> freeUnlessAlive(String userId, String owner, List<String> places) {
    return redis
        .send(Request.cmd(Command.EXISTS).arg(LEASES + owner))
        .compose(
            alive -> {
              if (alive == null || alive.toInteger() == 1) {
                return Future.succeededFuture(false);
              }
              Request remove = Request.cmd(Command.ZREM).arg(PLACES + userId);
              places.forEach(remove::arg);
              return redis.send(remove).map(true);
            });
  }

  public void free(String userId, String place) {
    redis.send(Request.cmd(Command.ZREM).arg(PLACES + userId).arg(place)).onFailure(this::down);
  }

  private void renewLease() {
    redis
        .send(Request.cmd(Command.SET).arg(LEASES + node).arg(1).arg("EX").arg(LEASE_SECONDS))
        .onFailure(this::down);
  }

  private void down(Throwable e) {
    if (redisDownLog.isDue()) {
      LOG.warn(
          "Redis does not respond; sockets per user are limited on each node only: {}",
          e.getMessage());
    }
  }
}
