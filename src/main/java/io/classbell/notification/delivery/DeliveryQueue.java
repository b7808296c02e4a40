package io.classbell.notification.delivery;

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
 * Ids of deliveries that wait for a worker, on Redis: a stream with a consumer group; a sorted set
 * of those that are to be tried later; and a sorted set of those in the stream, so that queueing
 * one twice is queueing it once. The rows are the truth: whatever is lost here is found there and
 * queued again. Nothing is trimmed: an entry leaves the stream when its work is done.
 *
 * <p>All keys share a hash tag, so that the scripts run on a Redis cluster too. The answers fail
 * with {@link io.classbell.platform.redis.RedisDown} where Redis is down.
 */
public final class DeliveryQueue {
  private static final String STREAM = "classbell:{delivery}:stream";
  private static final String QUEUED = "classbell:{delivery}:queued";
  private static final String DELAYED = "classbell:{delivery}:delayed";
  private static final String GROUP = "workers";

  /** The stream is not to fill Redis: what is beyond this stays in the database for now. */
  private static final int MOST_QUEUED = 100_000;

  /** An id that has been queued for so long may have been lost on the way. */
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

  /** A delivery in a worker's hands; {@code entry} is null where it did not come from Redis. */
  public record Taken(String deliveryId, @Nullable String entry) {}

  /** Work that is over: done, or to be tried again then. */
  public record Finished(Taken taken, @Nullable Instant again) {}

  private final RedisStore redis;
  private final String consumer;

  /** {@code consumer}: this node's name in the group, its own for each start. */
  public DeliveryQueue(RedisStore redis, String consumer) {
    this.redis = redis;
    this.consumer = consumer;
  }

  /** Queues those that are not queued yet; answers how many it queued. */
  public Future<Integer> add(List<String> ids, Instant now) {
    List<String> arguments = new ArrayList<>(ids.size() + 3);
    arguments.add(Long.toString(now.toEpochMilli()));
    arguments.add(Long.toString(now.minus(STALE).toEpochMilli()));
    arguments.add(Integer.toString(MOST_QUEUED));
    arguments.addAll(ids);
    return script(ADD, arguments).map(Response::toInteger);
  }

  /** Queues what was to be tried again by now; answers how many there were, at most 100. */
  public Future<Integer> promote(Instant now) {
    return script(PROMOTE, List.of(Long.toString(now.toEpochMilli()))).map(Response::toInteger);
  }

  /** Takes new work; fails with {@code NOGROUP} where Redis has forgotten the group. */
  public Future<List<Taken>> take(int most) {
    Request read =
        Request.cmd(Command.XREADGROUP)
            .arg("GROUP")
            .arg(GROUP)
            .arg(consumer)
            .arg("COUNT")
            .arg(most)
            .arg("STREAMS")
            .arg(STREAM)
            .arg(">");
    return send(read).map(answer -> answer == null ? List.of() : entries(ofStream(answer)));
  }

  /** Takes over work whose taker has not finished it for that long. */
  Future<List<Taken>> claim(Duration stalledFor, int most) {
    Request claim =
        Request.cmd(Command.XAUTOCLAIM)
            .arg(STREAM)
            .arg(GROUP)
            .arg(consumer)
            .arg(stalledFor.toMillis())
            .arg("0-0")
            .arg("COUNT")
            .arg(most);
    return send(claim).map(answer -> answer == null ? List.of() : entries(answer.get(1)));
  }

  /** Takes finished work out of the stream, and puts what is to be tried again aside. */
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
   * Makes the group where it is not there; from the stream's beginning, so that nothing is lost.
   */
  public Future<Void> prepare() {
    Request create =
        Request.cmd(Command.XGROUP).arg("CREATE").arg(STREAM).arg(GROUP).arg("0").arg("MKSTREAM");
    return send(create)
        .<Void>mapEmpty()
        .recover(
            e ->
                String.valueOf(e.getMessage()).startsWith("BUSYGROUP")
                    ? Future.succeededFuture()
                    : Future.failedFuture(e));
  }

  /** Whether Redis says that it does not know the group: it was emptied. */
  static boolean forgotten(Throwable t) {
    return String.valueOf(t.getMessage()).startsWith("NOGROUP");
  }

  /** How many wait or are being worked on. */
  Future<Long> depth() {
    return send(Request.cmd(Command.XLEN).arg(STREAM))
        .map(answer -> answer == null ? 0L : answer.toLong());
  }

  /** This node takes no more: forgets its name in the group, unless work is still in its hands. */
  public Future<Void> leave() {
    Request pending =
        Request.cmd(Command.XPENDING).arg(STREAM).arg(GROUP).arg("-").arg("+").arg(1).arg(consumer);
    return send(pending)
        .compose(
            answer ->
                answer == null || answer.size() == 0
                    ? send(Request.cmd(Command.XGROUP)
                            .arg("DELCONSUMER")
                            .arg(STREAM)
                            .arg(GROUP)
                            .arg(consumer))
                        .mapEmpty()
                    : Future.succeededFuture());
  }

  /** Redis' own errors are no exceptions (they are bare throwables): nobody would catch them. */
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
        Request.cmd(Command.EVAL).arg(script).arg(3).arg(STREAM).arg(QUEUED).arg(DELAYED);
    arguments.forEach(eval::arg);
    return send(eval).map(Objects::requireNonNull);
  }

  /** RESP 2 lists pairs of key and entries, RESP 3 maps them. */
  private static Response ofStream(Response answer) {
    return answer.getKeys().contains(STREAM) ? answer.get(STREAM) : answer.get(0).get(1);
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
