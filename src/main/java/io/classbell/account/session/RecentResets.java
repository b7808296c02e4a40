package io.classbell.account.session;

import io.classbell.platform.ClientNetwork;
import io.classbell.platform.Ids;
import io.classbell.platform.redis.RedisStore;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From which network an account's password was reset by mail a short while ago. A login from there
 * is let in although others used up the account's failures. Kept on Redis; while Redis is down
 * there are none, and the device that made the reset is known by what it keeps.
 */
public final class RecentResets {
  private static final Logger LOG = LoggerFactory.getLogger(RecentResets.class);
  private static final Duration LIFE = Duration.ofMinutes(10);
  private static final String PREFIX = "classbell:login:recent-reset:";

  private final RedisStore redis;

  public RecentResets(RedisStore redis) {
    this.redis = redis;
  }

  /** Remembers one, on a virtual thread. */
  public void add(String email, String address) {
    try {
      redis
          .send(
              Request.cmd(Command.SET)
                  .arg(key(email, address))
                  .arg(Ids.next())
                  .arg("PX")
                  .arg(LIFE.toMillis()))
          .await();
    } catch (RuntimeException down) {
      LOG.warn("A password reset is not remembered for logins: {}", down.getMessage());
    }
  }

  /** The id of a reset, on a virtual thread; null if there was none or Redis is down. */
  @Nullable String find(String email, String address) {
    try {
      Response id = redis.send(Request.cmd(Command.GET).arg(key(email, address))).await();
      return id == null ? null : id.toString();
    } catch (RuntimeException down) {
      return null;
    }
  }

  private static String key(String email, String address) {
    return PREFIX + LoginAttempts.hash(email) + ":" + ClientNetwork.of(address);
  }
}
