package io.classbell.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.RealNode;
import io.classbell.overload.OpenLoad.Shot;
import io.classbell.testing.FaultyWire;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * "Five times the load it can carry: bounded queues, early 503/429 with Retry-After, back to normal
 * within 10 s after." What it can carry is made small, and the same on every machine, by a slow way
 * to the database and small groups.
 */
class OverloadIT {
  private static final int WAY_TO_THE_DATABASE_MILLIS = 5;

  private static final String SMALL =
      """
      {"database": {"port": %d, "poolSize": 6, "maxWaitQueueSize": 50},
       "wallet": {"groupSize": 2, "maxWaiting": 24},
       "http": {"maxInFlight": 48}}
      """;

  @Test
  void five_times_what_it_can_carry_is_turned_away_early_and_then_all_is_as_before() {
    FaultyWire wire = FaultyWire.to(TestDatabase.MARIADB.fresh().port());
    wire.delay(WAY_TO_THE_DATABASE_MILLIS);
    try (RealNode node = RealNode.inTestMode(SMALL.formatted(wire.port()))) {
      OpenLoad load = new OpenLoad(node.port(), Visitor.demo(node.port(), "student").token());
      load.asFastAsAnswered("warm", 16, Duration.ofSeconds(3));
      List<Shot> calm = load.asFastAsAnswered("calm", 16, Duration.ofSeconds(3));
      double knee = OpenLoad.count(calm, Shot::isDone) / 3.0;
      long heapBefore = heap();

      List<Shot> crowd = load.atRate("crowd", 5 * knee, Duration.ofSeconds(6));
      long ended = System.nanoTime();
      TestNode.until("as quick as before", () -> isQuick(load, calm));
      long recovery = (System.nanoTime() - ended) / 1_000_000;

      double goodput = OpenLoad.count(crowd, Shot::isDone) / 6.0;
      System.out.printf(
          "knee %.0f/s (p99 %d ms); at five times of it %.0f/s, p99 of yes %d ms, of no %d ms;"
              + " recovered in %d ms%n",
          knee,
          OpenLoad.percentile(calm, 99, Shot::isDone),
          goodput,
          OpenLoad.percentile(crowd, 99, Shot::isDone),
          OpenLoad.percentile(crowd, 99, s -> !s.isDone()),
          recovery);
      assertThat(crowd).allMatch(s -> s.isDone() || s.status() == 503 && s.retryAfter());
      assertThat(OpenLoad.count(crowd, s -> s.status() == 503)).isPositive();
      assertThat(goodput).as("of a knee of " + knee).isGreaterThan(0.25 * knee);
      assertThat(OpenLoad.percentile(crowd, 99, s -> true)).isLessThan(25_000);
      assertThat(OpenLoad.percentile(crowd, 50, s -> !s.isDone())).isLessThan(5_000);
      assertThat(heap() - heapBefore).as("bytes kept").isLessThan(64L << 20);
      assertThat(node.metrics())
          .containsPattern("classbell_refused_total\\{queue=\"[a-z.]+\"} [1-9]");
      theAcknowledgedAreThereAndTheOthersCanBeAskedAgain(node, load, calm, crowd);
    } finally {
      wire.close();
    }
  }

  private static boolean isQuick(OpenLoad load, List<Shot> calm) {
    Shot shot = load.shoot("after-" + System.nanoTime()).join();
    long usual = OpenLoad.percentile(calm, 99, Shot::isDone);
    return shot.isDone() && shot.nanos() / 1_000_000 <= Math.max(usual, 500);
  }

  private static void theAcknowledgedAreThereAndTheOthersCanBeAskedAgain(
      RealNode node, OpenLoad load, List<Shot> calm, List<Shot> crowd) {
    long deposits = deposits(node);
    assertThat(deposits)
        .isGreaterThanOrEqualTo(
            OpenLoad.count(calm, Shot::isDone) + OpenLoad.count(crowd, Shot::isDone));
    for (Shot shot : crowd.stream().filter(Shot::isDone).limit(50).toList()) {
      assertThat(load.shoot(shot.key()).join().isDone()).isTrue();
    }
    assertThat(deposits(node)).as("a repetition has no second effect").isEqualTo(deposits);
    for (Shot shot : crowd.stream().filter(s -> !s.isDone()).limit(50).toList()) {
      TestNode.until("done at last", () -> load.shoot(shot.key()).join().isDone());
    }
    assertThat(node.rows("SELECT SUM(amount) FROM ledger_entry")).containsExactly("0");
    assertThat(
            node.rows(
                "SELECT command_id FROM ledger_transaction GROUP BY command_id"
                    + " HAVING COUNT(*) > 1"))
        .isEmpty();
    assertThat(node.rows("SELECT balance FROM ledger_account WHERE kind = 'wallet'"))
        .containsExactly(Long.toString(deposits(node)));
  }

  private static long deposits(RealNode node) {
    return Long.parseLong(
        node.rows("SELECT COUNT(*) FROM ledger_transaction WHERE kind = 'deposit'").getFirst());
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
