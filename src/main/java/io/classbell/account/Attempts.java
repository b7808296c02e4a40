package io.classbell.account;

import io.classbell.platform.bus.Failure;
import io.classbell.platform.bus.Refused;
import io.classbell.platform.log.OnceInAWhile;
import io.classbell.platform.redis.RedisStore;
import io.netty.util.NetUtil;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often one may try in a minute, for one account and from one address: counted on Redis for all
 * nodes, and on this node as well. While Redis is down this node's counts alone decide; the log
 * says so. Keys are hashes, so that Redis holds no e-mail addresses.
 */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
  private static final int MOST_KEYS = 100_000;

  /** The minute of a key begins with its first count. */
  private static final String COUNT =
      "local n = redis.call('INCR', KEYS[1]) "
          + "if n == 1 then redis.call('PEXPIRE', KEYS[1], 60000) end "
          + "return n";

  /** Who tries: both keys, made once per request. */
  record Who(String account, String address) {}

  private final RedisStore redis;
  private final String purpose;
  private final String limited;
  private final int mostPerAccount;
  private final int mostPerAddress;
  private final LongSupplier nanos;
  private final AttemptWindow here = new AttemptWindow(MOST_KEYS);
  private final OnceInAWhile sayThatOpen;

  /**
   * @param purpose a word for keys and logs
   * @param limited what there are too many of, in words for people, such as "password resets"
   * @param mostPerAccount a minute; 0 for no limit
   * @param mostPerAddress a minute; 0 for no limit
   */
  Attempts(
      RedisStore redis,
      String purpose,
      String limited,
      int mostPerAccount,
      int mostPerAddress,
      LongSupplier nanos) {
    this.redis = redis;
    this.purpose = purpose;
    this.limited = limited;
    this.mostPerAccount = mostPerAccount;
    this.mostPerAddress = mostPerAddress;
    this.nanos = nanos;
    this.sayThatOpen = new OnceInAWhile(Duration.ofSeconds(10), nanos);
  }

  /** The keys of a client's address and an account's e-mail address, known or not. */
  Who who(String email, String address) {
    String account = OpaqueToken.sha256(email.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    String prefix = "classbell:" + purpose;
    return new Who(prefix + ":account:" + account, prefix + ":address:" + network(address));
  }

  /**
   * On a virtual thread.
   *
   * @throws Refused {@link AccountApi#TOO_MANY_ATTEMPTS} where none is left, on any node
   */
  void mustBeLeft(Who who) {
    mustBeLeftHere(who);
    if (mostPerAccount == 0 && mostPerAddress == 0) {
      return;
    }
    List<@Nullable Response> counts;
    try {
      counts =
          redis
              .batch(
                  List.of(
                      Request.cmd(Command.GET).arg(who.account),
                      Request.cmd(Command.PTTL).arg(who.account),
                      Request.cmd(Command.GET).arg(who.address),
                      Request.cmd(Command.PTTL).arg(who.address)))
              .await();
    } catch (RuntimeException down) {
      sayThatOpen(down);
      return;
    }
    long account = waitFor(counts.get(0), counts.get(1), mostPerAccount);
    long address = waitFor(counts.get(2), counts.get(3), mostPerAddress);
    refuse(Math.max(account, address));
  }

  /** The same by this node's counts, which are exact at once; on any thread. */
  void mustBeLeftHere(Who who) {
    long now = nanos.getAsLong();
    long account = mostPerAccount == 0 ? 0 : here.waitFor(who.account, mostPerAccount, now);
    long address = mostPerAddress == 0 ? 0 : here.waitFor(who.address, mostPerAddress, now);
    refuse(Math.max(account, address) / 1_000_000);
  }

  /** One more that counts; on any thread. */
  void count(Who who) {
    if (mostPerAccount > 0) {
      count(who.account);
    }
    if (mostPerAddress > 0) {
      count(who.address);
    }
  }

  private void count(String key) {
    here.add(key, nanos.getAsLong());
    redis.send(Request.cmd(Command.EVAL).arg(COUNT).arg(1).arg(key)).onFailure(this::sayThatOpen);
  }

  private void refuse(long waitMillis) {
    if (waitMillis > 0) {
      int seconds = (int) Math.min(60, (waitMillis + 999) / 1000);
      throw new Refused(
          new Failure(
              AccountApi.TOO_MANY_ATTEMPTS.status(),
              AccountApi.TOO_MANY_ATTEMPTS.code(),
              "Too many %s for this account or from this address. Try again in %d s."
                  .formatted(limited, seconds),
              true,
              seconds,
              null));
    }
  }

  private static long waitFor(@Nullable Response count, @Nullable Response millis, int limit) {
    if (limit == 0 || count == null || millis == null || count.toLong() < limit) {
      return 0;
    }
    return Math.max(0, millis.toLong());
  }

  private void sayThatOpen(Throwable down) {
    if (sayThatOpen.isDue()) {
      LOG.warn("limits of {} are by this node's counts alone: {}", purpose, down.getMessage());
    }
  }

  /** Whoever has one IPv6 address has the 2^64 of its network (RFC 6177). */
  static String network(String address) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes == null || bytes.length != 16) {
      return address;
    }
    return NetUtil.bytesToIpAddress(java.util.Arrays.copyOf(java.util.Arrays.copyOf(bytes, 8), 16))
        + "/64";
  }
}
