package io.classbell.tools;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A closed-loop load: each client sends a request, waits for the response and sends the next, until
 * the time or the work is over.
 */
final class Load {

  /** Latencies up to a minute, with three digits; longer ones count as a minute. */
  private static final long MOST_NANOS = Duration.ofMinutes(1).toNanos();

  private static final int DIGITS = 3;

  /** The result of a measurement; latencies are in nanoseconds. */
  record Result(String name, long done, long refused, Duration took, Histogram latencies) {

    double perSecond() {
      return done / (took.toNanos() / 1e9);
    }

    double millis(double percentile) {
      return latencies.getValueAtPercentile(percentile) / 1e6;
    }

    JsonObject toJson() {
      return new JsonObject()
          .put("name", name)
          .put("perSecond", perSecond())
          .put("done", done)
          .put("refused", refused)
          .put("seconds", took.toNanos() / 1e9)
          .put("p50Millis", millis(50))
          .put("p95Millis", millis(95))
          .put("p99Millis", millis(99))
          .put("maxMillis", millis(100));
    }

    @Override
    public String toString() {
      return "%-34s %8.0f/s   p50 %7.1f   p95 %7.1f   p99 %7.1f   max %7.1f ms   %d done, %d refused"
          .formatted(
              name, perSecond(), millis(50), millis(95), millis(99), millis(100), done, refused);
    }
  }

  private final Vertx vertx;
  private final IntFunction<@Nullable Future<Boolean>> ask;
  private final Histogram latencies = new ConcurrentHistogram(MOST_NANOS, DIGITS);
  private final AtomicInteger refused = new AtomicInteger();
  private volatile long deadline;

  private Load(Vertx vertx, IntFunction<@Nullable Future<Boolean>> ask) {
    this.vertx = vertx;
    this.ask = ask;
  }

  /**
   * Runs {@code clients} loops. {@code ask} is given the client's number and answers whether it was
   * done (false: refused), or null when that client has no more to do.
   */
  static Future<Result> run(
      Vertx vertx,
      String name,
      int clients,
      Duration limit,
      IntFunction<@Nullable Future<Boolean>> ask) {
    Load load = new Load(vertx, ask);
    Promise<Result> promise = Promise.promise();
    vertx.runOnContext(
        v -> {
          long started = System.nanoTime();
          load.deadline = started + limit.toNanos();
          Future.all(java.util.stream.IntStream.range(0, clients).mapToObj(load::loop).toList())
              .map(
                  all -> {
                    Duration took = Duration.ofNanos(System.nanoTime() - started);
                    long no = load.refused.get();
                    long count = load.latencies.getTotalCount();
                    return new Result(name, count - no, no, took, load.latencies);
                  })
              .onComplete(promise);
        });
    return promise.future();
  }

  private Future<Void> loop(int client) {
    Promise<Void> promise = Promise.promise();
    next(client, promise);
    return promise.future();
  }

  private void next(int client, Promise<Void> end) {
    long before = System.nanoTime();
    Future<Boolean> answer = before > deadline ? null : ask.apply(client);
    if (answer == null) {
      end.complete();
      return;
    }
    answer.onComplete(
        result -> {
          if (result.failed()) {
            end.fail(result.cause());
            return;
          }
          latencies.recordValue(Math.min(System.nanoTime() - before, MOST_NANOS));
          if (!result.result()) {
            refused.incrementAndGet();
          }
          vertx.runOnContext(v -> next(client, end));
        });
  }
}
