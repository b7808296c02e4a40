package io.classbell.tools;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A closed-loop load: each client sends a request, waits for the response and sends the next, until
 * the time or the work is over.
 */
final class Load {

  /** The result of a measurement; latencies are in nanoseconds, sorted. */
  record Result(String name, int done, int refused, Duration took, long[] latencies) {

    double perSecond() {
      return done / (took.toNanos() / 1e9);
    }

    double millis(double quantile) {
      if (latencies.length == 0) {
        return Double.NaN;
      }
      int index = (int) Math.ceil(quantile * latencies.length) - 1;
      return latencies[Math.max(0, index)] / 1e6;
    }

    @Override
    public String toString() {
      return "%-34s %8.0f/s   p50 %7.1f ms   p99 %7.1f ms   %d done, %d refused"
          .formatted(name, perSecond(), millis(0.5), millis(0.99), done, refused);
    }
  }

  private final Vertx vertx;
  private final IntFunction<@Nullable Future<Boolean>> ask;
  private final long[] latencies;
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile long deadline;

  private Load(Vertx vertx, int most, IntFunction<@Nullable Future<Boolean>> ask) {
    this.vertx = vertx;
    this.ask = ask;
    this.latencies = new long[most];
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
    Load load = new Load(vertx, 5_000_000, ask);
    Promise<Result> promise = Promise.promise();
    vertx.runOnContext(
        v -> {
          long started = System.nanoTime();
          load.deadline = started + limit.toNanos();
          Future.all(java.util.stream.IntStream.range(0, clients).mapToObj(load::loop).toList())
              .map(
                  all -> {
                    Duration took = Duration.ofNanos(System.nanoTime() - started);
                    int count = load.answered.get();
                    long[] sorted = Arrays.copyOf(load.latencies, count);
                    Arrays.sort(sorted);
                    int no = load.refused.get();
                    return new Result(name, count - no, no, took, sorted);
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
          latencies[answered.getAndIncrement()] = System.nanoTime() - before;
          if (!result.result()) {
            refused.incrementAndGet();
          }
          vertx.runOnContext(v -> next(client, end));
        });
  }
}
