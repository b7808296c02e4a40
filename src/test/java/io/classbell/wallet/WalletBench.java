package io.classbell.wallet;

import io.classbell.platform.Ids;
import io.classbell.testing.TestDatabase;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.Deposit;
import io.classbell.wallet.api.WalletApi.Hold;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Prints how many holds a second one wallet verticle takes from so many callers, each of whom asks
 * for the next when the last is answered. Not a test: run it by hand.
 */
public final class WalletBench {
  private static final int STUDENTS = 2_000;
  private static final int MEETINGS = 1_000;

  private final WalletNode node;
  private final List<String> students = new ArrayList<>();
  private final List<String> meetings = new ArrayList<>();
  private final Random random = new Random(1);

  private WalletBench(WalletNode node) {
    this.node = node;
  }

  /** Callers, seconds a round, rounds; server. */
  public static void main(String[] arguments) {
    int callers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 4;
    TestDatabase server =
        TestDatabase.valueOf(arguments.length > 3 ? arguments[3] : TestDatabase.MARIADB.name());
    try (WalletNode node = new WalletNode(server.fresh(), 1)) {
      WalletBench bench = new WalletBench(node);
      bench.fill();
      for (int i = 0; i < rounds; i++) {
        bench.round(callers, seconds);
      }
      System.out.println("broken invariants: " + node.broken());
    }
    System.exit(0);
  }

  private void fill() {
    for (int i = 0; i < MEETINGS; i++) {
      meetings.add(Ids.next());
    }
    List<Future<?>> deposits = new ArrayList<>();
    for (int i = 0; i < STUDENTS; i++) {
      String student = Ids.next();
      students.add(student);
      deposits.add(
          node.send(
              WalletApi.DEPOSIT, new Deposit(Ids.next(), student, 100_000_000, "test", null)));
    }
    deposits.forEach(WalletNode::await);
  }

  private void round(int callers, int seconds) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    AtomicInteger count = new AtomicInteger();
    List<long[]> times = new ArrayList<>();
    List<Future<Void>> done = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      long[] mine = new long[1_000_000];
      times.add(mine);
      Promise<Void> promise = Promise.promise();
      node.vertx().getOrCreateContext().runOnContext(v -> next(mine, 0, end, count, promise));
      done.add(promise.future());
    }
    done.forEach(WalletNode::await);
    long[] all = times.stream().flatMapToLong(Arrays::stream).filter(t -> t > 0).sorted().toArray();
    System.out.printf(
        "%,d holds/s, %d callers; p50 %.1f ms, p99 %.1f ms%n",
        count.get() / seconds,
        callers,
        all[all.length / 2] / 1e6,
        all[(int) (all.length * 0.99)] / 1e6);
  }

  private void next(long[] mine, int n, long end, AtomicInteger count, Promise<Void> promise) {
    long started = System.nanoTime();
    if (started > end || n == mine.length) {
      promise.complete();
      return;
    }
    Hold hold =
        new Hold(
            Ids.next(),
            meetings.get(random.nextInt(MEETINGS)),
            students.get(random.nextInt(STUDENTS)),
            100,
            "Algebra");
    node.send(WalletApi.HOLD, hold)
        .onComplete(
            answer -> {
              if (answer.failed()) {
                promise.tryFail(answer.cause());
                return;
              }
              mine[n] = System.nanoTime() - started;
              count.incrementAndGet();
              next(mine, n + 1, end, count, promise);
            });
  }
}
