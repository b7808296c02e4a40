package io.classbell.notification.delivery;

import io.classbell.notification.api.Channel;
import io.classbell.platform.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Redis queue of delivery ids: a stream with a consumer group, a sorted set of ids to retry later,
 * and a sorted set of the ids in the stream, which makes queueing idempotent. The database rows are
 * authoritative: ids that are lost in Redis are found there and queued again. The stream is not
 * trimmed; an entry is deleted when its delivery is finished.
 *
 * <p>All keys share a hash tag, so that the scripts also run on a Redis cluster. Futures fail with
 * {@link io.classbell.platform.redis.RedisDown} if Redis is down.
 */
public final class DeliveryQueue {
  private static final String GROUP = "workers";

  /** Limits the memory used in Redis: deliveries in excess stay in the database for now. */
  private static final int MOST_QUEUED = 100_000;

  /** An id that was queued longer ago than this may have been lost, and is queued again. */
  private static final Duration STALE = Duration.ofMinutes(10);

  private static final String ADD =
      """
      local added = 0
      local room = tonumber(ARGV[3]) - redis.call('XLEN', KEYS[1])
      for i = 4, #ARGV do
        if added >= room then break end
        local since = redis.call('ZSCORE', KEYS[2], ARGV[i])
        if not since or tonumber(since) < tonumber(ARGV[2]) then
          redis.call('ZADD', KEYS[2], ARGV[1], ARGV[i])
          redis.call('ZREM', KEYS[3], ARGV[i])
          redis.call('XADD', KEYS[1], '*', 'id', ARGV[i])
          added = added + 1
        end
      end
      return added
      """;

  private static final String PROMOTE =
      """
      local due = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ARGV[1], 'LIMIT', 0, 100)
      for _, id in ipairs(due) do
        redis.call('ZREM', KEYS[3], id)
        if not redis.call('ZSCORE', KEYS[2], id) then
          redis.call('ZADD', KEYS[2], ARGV[1], id)
          redis.call('XADD', KEYS[1], '*', 'id', id)
        end
      end
      return #due
      """;

  private static final String FINISH =
      """
      for i = 2, #ARGV, 3 do
        redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
        redis.call('XDEL', KEYS[1], ARGV[i])
        redis.call('ZREM', KEYS[2], ARGV[i + 1])
        if ARGV[i + 2] ~= '' then
          redis.call('ZADD', KEYS[3], ARGV[i + 2], ARGV[i + 1])
        end
      end
      return 1
      """;

  /** A delivery that a worker has taken; {@code entry} is null if it did not come from Redis. */
  public record Taken(String deliveryId, @Nullable String entry) {}

  /** A finished attempt; {@code again} is when to retry, or null if the delivery is done. */
  public record Finished(Taken taken, @Nullable Instant again) {}

  private final RedisStore redis;
  private final String consumer;
  private final String stream;
  private final String queued;
  private final String delayed;

  /**
   * Creates the queue of a channel.
   *
   * @param consumer the name of this node in the group, different after each start
   */
  public DeliveryQueue(RedisStore redis, Channel channel, String consumer) {
    // Releases with one queue for all channels used the name without a channel.
    String tag = channel == Channel.email ? "delivery" : "delivery-" + channel.name();
    this.stream = "classbell:{" + tag + "}:stream";
    this.queued = "classbell:{" + tag + "}:queued";
    this.delayed = "classbell:{" + tag + "}:delayed";
    this.redis = redis;
    this.consumer = consumer;
  }

  /** Queues the ids that are not queued yet; returns how many it queued. */
  public Future<Integer> add(List<String> ids, Instant now) {
    List<String> arguments = new ArrayList<>(ids.size() + 3);
    arguments.add(Long.toString(now.toEpochMilli()));
    arguments.add(Long.toString(now.minus(STALE).toEpochMilli()));
    arguments.add(Integer.toString(MOST_QUEUED));
    arguments.addAll(ids);
    return script(ADD, arguments).map(Response::toInteger);
  }

  /** Queues delayed ids that are due; returns how many there were, at most 100. */
  public Future<Integer> promote(Instant now) {
    return script(PROMOTE, List.of(Long.toString(now.toEpochMilli()))).map(Response::toInteger);
  }

  /** Takes new entries; fails with {@code NOGROUP} if the consumer group does not exist. */
  public Future<List<Taken>> take(int most) {
    Request read =
        Request.cmd(Command.XREADGROUP)
            .arg("GROUP")
            .arg(GROUP)
            .arg(consumer)
            .arg("COUNT")
            .arg(most)
            .arg("STREAMS")
            .arg(stream)
            .arg(">");
    return send(read).map(answer -> answer == null ? List.of() : entries(ofStream(answer)));
  }

  /** Takes over entries that another consumer took and has not finished for this long. */
  Future<List<Taken>> claim(Duration stalledFor, int most) {
    Request claim =
        Request.cmd(Command.XAUTOCLAIM)
            .arg(stream)
            .arg(GROUP)
            .arg(consumer)
            .arg(stalledFor.toMillis())
            .arg("0-0")
            .arg("COUNT")
            .arg(most);
    return send(claim).map(answer -> answer == null ? List.of() : entries(answer.get(1)));
  }

  /** Deletes finished entries from the stream, and delays those that must be retried. */
  public Future<Void> finish(List<Finished> finished) {
    List<String> arguments = new ArrayList<>();
    arguments.add(GROUP);
    for (Finished f : finished) {
      String entry = f.taken.entry();
      if (entry != null) {
        arguments.add(entry);
        arguments.add(f.taken.deliveryId());
        arguments.add(f.again == null ? "" : Long.toString(f.again.toEpochMilli()));
      }
    }
    return arguments.size() == 1 ? Future.succeededFuture() : script(FINISH, arguments).mapEmpty();
  }

  /**
   * Creates the consumer group if it does not exist. It starts at the beginning of the stream, so
   * that no entry is skipped.
   */
  public Future<Void> prepare() {
    Request create =
        Request.cmd(Command.XGROUP).arg("CREATE").arg(stream).arg(GROUP).arg("0").arg("MKSTREAM");
    return send(create)
        .<Void>mapEmpty()
        .recover(
            e ->
                String.valueOf(e.getMessage()).startsWith("BUSYGROUP")
                    ? Future.succeededFuture()
                    : Future.failedFuture(e));
  }

  /** Whether Redis reports that the consumer group does not exist, for example after a flush. */
  static boolean isGroupMissing(Throwable t) {
    return String.valueOf(t.getMessage()).startsWith("NOGROUP");
  }

  /** Number of entries that are waiting or in progress. */
  Future<Long> depth() {
    return send(Request.cmd(Command.XLEN).arg(stream))
        .map(answer -> answer == null ? 0L : answer.toLong());
  }

  /** Removes this node's consumer from the group, unless it still has unfinished entries. */
  public Future<Void> leave() {
    Request pending =
        Request.cmd(Command.XPENDING).arg(stream).arg(GROUP).arg("-").arg("+").arg(1).arg(consumer);
    return send(pending)
        .compose(
            answer ->
                answer == null || answer.size() == 0
                    ? send(Request.cmd(Command.XGROUP)
                            .arg("DELCONSUMER")
                            .arg(stream)
                            .arg(GROUP)
                            .arg(consumer))
                        .mapEmpty()
                    : Future.succeededFuture());
  }

  /**
   * Converts error replies of Redis, which the client reports as plain throwables, to exceptions
   * that callers catch.
   */
  private Future<@Nullable Response> send(Request request) {
    return redis
        .send(request)
        .recover(
            e ->
                Future.failedFuture(
                    e instanceof RuntimeException
                        ? e
                        : new IllegalStateException(String.valueOf(e.getMessage()))));
  }

  private Future<Response> script(String script, List<String> arguments) {
    Request eval =
        Request.cmd(Command.EVAL).arg(script).arg(3).arg(stream).arg(queued).arg(delayed);
    arguments.forEach(eval::arg);
    return send(eval).map(Objects::requireNonNull);
  }

  /** RESP 2 returns a list of pairs of key and entries, RESP 3 a map. */
  private Response ofStream(Response answer) {
    return answer.getKeys().contains(stream) ? answer.get(stream) : answer.get(0).get(1);
  }

  private static List<Taken> entries(Response entries) {
    List<Taken> taken = new ArrayList<>();
    for (Response entry : entries) {
      // Redis 6.2 lists entries that were deleted meanwhile, as nil.
      if (entry != null && entry.size() == 2 && entry.get(1) != null) {
        taken.add(new Taken(entry.get(1).get(1).toString(), entry.get(0).toString()));
      }
    }
    return taken;
  }
}
