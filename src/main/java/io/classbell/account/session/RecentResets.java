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
 * Remembers for ten minutes from which network an account's password was reset by mail. A login
 * from there is possible even if the account's limit of failed logins is exhausted. Stored in
 * Redis; while Redis is down there are no entries, and only the device token identifies the device
 * that reset the password.
 */
public final class RecentResets {
  private static final Logger LOG = LoggerFactory.getLogger(RecentResets.class);
  private static final Duration LIFE = Duration.ofMinutes(10);
  private static final String PREFIX = "classbell:login:recent-reset:";

  private final RedisStore redis;

  public RecentResets(RedisStore redis) {
    this.redis = redis;
  }

  /** Records a reset, on a virtual thread. */
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
      LOG.warn("A password reset could not be recorded for later logins: {}", down.getMessage());
    }
  }

  /**
   * Returns the id of a recent reset, on a virtual thread; null if there was none or Redis is down.
   */
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
