package io.classbell.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Injects one fault after another, mends each after a while, and measures how long it takes from
 * there to the next write that is acknowledged. The order is dealt by a seeded dice, every kind
 * once before any comes again.
 */
final class Faults {
  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);
  private static final Duration PROBE_TIME = Duration.ofSeconds(2);

  /** {@code -Dclassbell.faultKinds=NODE_KILLED,REDIS_CUT} injects only these. */
  private static final List<Fault> KINDS = kinds(System.getProperty("classbell.faultKinds", ""));

  private final Random random;
  private final TestCluster cluster;
  private final Client probe;
  private final List<Fault> deck = new ArrayList<>();
  private final Map<Fault, List<Duration>> recoveries = new EnumMap<>(Fault.class);

  Faults(long seed, TestCluster cluster, Client probe) {
    this.random = new Random(seed);
    this.cluster = cluster;
    this.probe = probe;
  }

  private static List<Fault> kinds(String names) {
    return names.isEmpty()
        ? List.of(Fault.values())
        : Stream.of(names.split(",")).map(Fault::valueOf).toList();
  }

  /** Injects, mends and measures the next one. */
  void injectOne() throws Exception {
    if (deck.isEmpty()) {
      deck.addAll(KINDS);
      Collections.shuffle(deck, random);
    }
    inject(deck.removeLast());
  }

  private void inject(Fault fault) throws Exception {
    NodeProcess node = cluster.nodes().get(random.nextInt(cluster.nodes().size()));
    long millis = 300 + random.nextInt(2_000);
    fault.inject(cluster, node);
    // How long a fault lasts is part of the fault.
    Thread.sleep(millis);
    fault.mend(cluster, node);
    long mended = System.nanoTime();
    awaitWrite(fault, node, mended);
    recoveries
        .computeIfAbsent(fault, f -> new ArrayList<>())
        .add(Duration.ofNanos(System.nanoTime() - mended));
    cluster.awaitReady(RECOVERY_LIMIT);
  }

  /** A deposit, at the node that was hit, until it is acknowledged there. */
  private void awaitWrite(Fault fault, NodeProcess node, long mended)
      throws InterruptedException, IOException {
    Command deposit = probe.command("probe", "/wallet/deposit", "{\"amount\":1}");
    while (deposit.unknown()) {
      if (System.nanoTime() - mended > RECOVERY_LIMIT.toNanos()) {
        throw new AssertionError(
            "no write at %s %s after the end of %s; alive: %s, last answer: %s; its log ends with:%n%s"
                .formatted(
                    node.name(),
                    RECOVERY_LIMIT,
                    fault,
                    node.isAlive(),
                    probe.lastAnswer(),
                    node.endOfLog()));
      }
      if (probe.askOnce(node, deposit, PROBE_TIME) == null) {
        Thread.sleep(20);
      }
    }
  }

  /** A table: how often each was injected, and how long until a write was acknowledged. */
  String report() {
    StringBuilder lines =
        new StringBuilder(
            "| fault | injected | median recovery, ms | worst, ms |\n|---|---|---|---|\n");
    recoveries.forEach(
        (fault, times) -> {
          List<Duration> sorted = times.stream().sorted().toList();
          lines.append(
              "| %s | %d | %d | %d |%n"
                  .formatted(
                      fault,
                      sorted.size(),
                      sorted.get((sorted.size() - 1) / 2).toMillis(),
                      sorted.getLast().toMillis()));
        });
    return lines.toString();
  }
}
