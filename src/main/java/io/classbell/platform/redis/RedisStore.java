package io.classbell.platform.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client of Redis: one pipelined connection that all commands of a node share, and a few
 * separate ones for blocking commands. It reconnects with back-off and jitter; while it is
 * disconnected, every command fails at once with {@link RedisUnavailable}. A server that stops
 * responding counts as down within {@link #SILENCE_MILLIS}, which limits how long callers wait. A
 * server that responds but accepts no writes (full, read-only, disk failure) counts as down, too.
 *
 * <p>Safe for use from any context; results arrive on the caller's context.
 */
public final class RedisStore {
  private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);
  private static final String CONNECTION_CLOSED = "CONNECTION_CLOSED";
  private static final long WRITE_EVERY_MILLIS = 1_000;
  private static final long SILENCE_MILLIS = 2_000;
  private static final long FIRST_BACKOFF_MILLIS = 50;
  private static final long LONGEST_BACKOFF_MILLIS = 2_000;

  /** The resources of one connection: the client and everything that it opened. */
  private record Line(Redis client, RedisConnection shared) {}

  private final Vertx vertx;
  private final Context context;
  private final RedisOptions options;
  private final List<Runnable> upListeners = new CopyOnWriteArrayList<>();
  private final LongAdder refused = new LongAdder();
  private final Promise<Void> firstAttempt = Promise.promise();
  private volatile @Nullable Line line;
  private volatile boolean closed;
  private int failures;

  private RedisStore(Vertx vertx, RedisSettings settings) {
    this.vertx = vertx;
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    NetClientOptions net = new NetClientOptions().setTcpKeepAlive(true).setTcpNoDelay(true);
    net.setConnectTimeout((int) SILENCE_MILLIS);
    if (settings.uri().reveal().startsWith("rediss:")) {
      net.setHostnameVerificationAlgorithm("HTTPS");
      if (settings.tlsCa() != null) {
        net.setTrustOptions(new PemTrustOptions().addCertPath(settings.tlsCa()));
      }
    }
    this.options =
        new RedisOptions()
            .setConnectionString(settings.uri().reveal())
            .setNetClientOptions(net)
            .setMaxPoolSize(settings.poolSize())
            .setMaxPoolWaiting(settings.poolSize())
            .setMaxWaitingHandlers(settings.maxWaiting());
  }

  /** Starts connecting in the background; Redis may be down. */
  public static RedisStore connect(Vertx vertx, RedisSettings settings) {
    RedisStore store = new RedisStore(vertx, settings);
    store.context.runOnContext(v -> store.attempt());
    return store;
  }

  /** Completes when the first attempt to connect is over, successful or not. */
  public Future<Void> firstAttempt() {
    return firstAttempt.future();
  }

  /**
   * Sends a non-blocking command. Fails with {@link RedisUnavailable} or {@link RedisErrorReply}; a
   * nil reply is null.
   */
  public Future<@Nullable Response> send(Request request) {
    Line now = line;
    if (now == null) {
      return Future.failedFuture(refuse("not connected"));
    }
    return now.shared.send(request).recover(e -> Future.failedFuture(meaning(e)));
  }

  /** Sends commands in one write; fails if any of them fails. */
  public Future<List<@Nullable Response>> batch(List<Request> requests) {
    Line now = line;
    if (now == null) {
      return Future.failedFuture(refuse("not connected"));
    }
    return now.shared.batch(requests).recover(e -> Future.failedFuture(meaning(e)));
  }

  /**
   * Opens a separate connection for blocking commands; {@code close} returns it. It is closed when
   * Redis goes down: pending commands fail, and the caller must request a new connection.
   */
  public Future<RedisConnection> ownConnection() {
    Line now = line;
    if (now == null) {
      return Future.failedFuture(refuse("not connected"));
    }
    return now.client.connect();
  }

  /** Checks whether Redis responds; for readiness. */
  public Future<Void> ping() {
    return send(Request.cmd(Command.PING)).mapEmpty();
  }

  /** Whether commands are accepted. */
  public boolean isUp() {
    return line != null;
  }

  /**
   * Registers a listener that runs after every connection, on an event loop. Data that Redis held
   * before may be lost.
   */
  public void whenUp(Runnable listener) {
    upListeners.add(listener);
    if (isUp()) {
      listener.run();
    }
  }

  /** Counts the commands that failed because Redis was down or too many were waiting. */
  public LongAdder refused() {
    return refused;
  }

  /** Closes the connections. Commands in progress fail, and later ones are rejected. */
  public Future<Void> close() {
    closed = true;
    Line now = line;
    line = null;
    return now == null ? Future.succeededFuture() : now.client.close();
  }

  /**
   * Converts the client's errors, some of which are undeclared checked exceptions that callers
   * would not catch.
   */
  private RuntimeException meaning(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof ErrorType && !message.contains(CONNECTION_CLOSED)
        ? new RedisErrorReply(message)
        : refuse(message);
  }

  private RedisUnavailable refuse(String why) {
    refused.increment();
    return new RedisUnavailable(why);
  }

  private void attempt() {
    if (closed) {
      return;
    }
    // Each attempt uses a new client: closing it releases everything of a partial connection.
    Redis client = Redis.createClient(vertx, options);
    client
        .connect()
        .compose(connection -> write(connection).map(connection))
        .timeout(SILENCE_MILLIS, TimeUnit.MILLISECONDS)
        .onComplete(
            connected -> {
              if (connected.succeeded() && !closed) {
                up(new Line(client, connected.result()));
              } else {
                client.close();
                retryLater(connected.cause());
              }
              firstAttempt.tryComplete();
            });
  }

  private void up(Line fresh) {
    fresh.shared.endHandler(v -> down(fresh, "connection closed"));
    fresh.shared.exceptionHandler(e -> down(fresh, String.valueOf(e.getMessage())));
    failures = 0;
    line = fresh;
    LOG.info("Connected to Redis");
    watch(fresh);
    for (Runnable listener : upListeners) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        LOG.error("A listener for the Redis connection failed", e);
      }
    }
  }

  private void watch(Line watched) {
    vertx.setTimer(
        WRITE_EVERY_MILLIS,
        timer -> {
          if (line == watched) {
            write(watched.shared)
                .timeout(SILENCE_MILLIS - WRITE_EVERY_MILLIS, TimeUnit.MILLISECONDS)
                .onSuccess(written -> watch(watched))
                .onFailure(e -> down(watched, "writes fail: " + e.getMessage()));
          }
        });
  }

  /** Writes a minimal key that expires by itself. */
  private static Future<?> write(RedisConnection connection) {
    return connection.send(
        Request.cmd(Command.SET).arg("classbell:written").arg("1").arg("EX").arg(60));
  }

  private void down(Line broken, String why) {
    if (line != broken) {
      return;
    }
    line = null;
    LOG.warn("Lost the connection to Redis: {}", why);
    broken.client.close();
    retryLater(null);
  }

  private void retryLater(@Nullable Throwable cause) {
    if (closed) {
      return;
    }
    if (failures == 0 && cause != null) {
      LOG.warn("Redis is unreachable: {}", cause.getMessage());
    }
    long ceiling = Math.min(LONGEST_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(failures, 10));
    failures++;
    long pause = ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1);
    vertx.setTimer(pause, timer -> attempt());
  }
}
