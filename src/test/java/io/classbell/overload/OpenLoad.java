package io.classbell.overload;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Deposits that arrive at a fixed rate, whether those before are answered or not: a crowd does not
 * wait for the one in front. Each is a command of its own, by its Idempotency-Key.
 */
final class OpenLoad {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI deposit;
  private final String token;

  /** One request; {@code status} 0 is no answer at all. */
  record Shot(String key, int status, boolean retryAfter, long nanos) {
    boolean isDone() {
      return status == 201;
    }
  }

  OpenLoad(int port, String token) {
    this.deposit = URI.create("http://127.0.0.1:" + port + "/api/v1/wallet/deposit");
    this.token = token;
  }

  CompletableFuture<Shot> shoot(String key) {
    HttpRequest request =
        HttpRequest.newBuilder(deposit)
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString("{\"amount\":1}"))
            .build();
    long begun = System.nanoTime();
    return HTTP.sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .handle(
            (response, failure) ->
                new Shot(
                    key,
                    failure == null ? response.statusCode() : 0,
                    failure == null && response.headers().firstValue("Retry-After").isPresent(),
                    System.nanoTime() - begun));
  }

  /** So many a second, for that long. */
  List<Shot> atRate(String name, double perSecond, Duration time) {
    List<CompletableFuture<Shot>> shots = new ArrayList<>();
    long begun = System.nanoTime();
    int count = (int) (perSecond * time.toMillis() / 1000);
    for (int i = 0; i < count; i++) {
      long due = begun + (long) (i * 1e9 / perSecond);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      shots.add(shoot(name + "-" + i));
    }
    return shots.stream().map(CompletableFuture::join).toList();
  }

  /** As many as a crowd of that size gets through when each waits for its answer. */
  List<Shot> asFastAsAnswered(String name, int crowd, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    List<CompletableFuture<List<Shot>>> all = new ArrayList<>();
    for (int i = 0; i < crowd; i++) {
      all.add(another(name + "-" + i, 0, end, new ArrayList<>()));
    }
    return all.stream().flatMap(one -> one.join().stream()).toList();
  }

  private CompletableFuture<List<Shot>> another(
      String name, int number, long end, List<Shot> before) {
    if (System.nanoTime() > end) {
      return CompletableFuture.completedFuture(before);
    }
    return shoot(name + "-" + number)
        .thenCompose(
            shot -> {
              before.add(shot);
              return another(name, number + 1, end, before);
            });
  }

  static long count(List<Shot> shots, Predicate<Shot> which) {
    return shots.stream().filter(which).count();
  }

  /** Of those that fit, in milliseconds. */
  static long percentile(List<Shot> shots, int percent, Predicate<Shot> which) {
    List<Long> times = shots.stream().filter(which).map(Shot::nanos).sorted().toList();
    return times.isEmpty() ? 0 : times.get((times.size() - 1) * percent / 100) / 1_000_000;
  }
}
