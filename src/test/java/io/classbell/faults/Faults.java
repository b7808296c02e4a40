package io.classbell.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Injects one fault after another, chosen by a seeded dice, and mends each after a while. */
final class Faults {

  /** What can be done to a cluster. */
  enum Fault {
    NODE_KILLED,
    NODE_FROZEN,
    DATABASE_CUT,
    DATABASE_STALLED,
    DATABASE_ANSWERS_LOST,
    DATABASE_SLOW,
    REDIS_CUT,
    MAIL_CUT
  }

  private final Random random;
  private final TestCluster cluster;
  private final Map<Fault, Integer> injected = new EnumMap<>(Fault.class);
  private final Map<Fault, List<Duration>> recoveries = new EnumMap<>(Fault.class);

  Faults(long seed, TestCluster cluster) {
    this.random = new Random(seed);
    this.cluster = cluster;
  }

  /** Injects, mends and measures one fault. */
  void injectOne() throws Exception {
    Fault[] all = Fault.values();
    inject(all[random.nextInt(all.length)]);
  }

  /** Injects, mends and measures this one. */
  void inject(Fault fault) throws Exception {
    injected.merge(fault, 1, Integer::sum);
    long millis = 300 + random.nextInt(2_000);
    NodeProcess node = cluster.nodes().get(random.nextInt(cluster.nodes().size()));
    switch (fault) {
      case NODE_KILLED -> node.kill();
      case NODE_FROZEN -> node.freeze();
      case DATABASE_CUT -> cluster.database().set(FaultProxy.Mode.CUT);
      case DATABASE_STALLED -> cluster.database().set(FaultProxy.Mode.STALL);
      case DATABASE_ANSWERS_LOST -> cluster.database().set(FaultProxy.Mode.DROP_ANSWERS);
      case DATABASE_SLOW -> cluster.database().delay(Duration.ofMillis(20));
      case REDIS_CUT -> cluster.redis().set(FaultProxy.Mode.CUT);
      case MAIL_CUT -> cluster.mail().set(FaultProxy.Mode.CUT);
    }
    // How long a fault lasts is part of the fault.
    Thread.sleep(millis);
    long mended = System.nanoTime();
    switch (fault) {
      case NODE_KILLED -> node.start();
      case NODE_FROZEN -> node.thaw();
      default -> cluster.healProxies();
    }
    cluster.awaitReady(Duration.ofSeconds(60));
    recoveries
        .computeIfAbsent(fault, f -> new ArrayList<>())
        .add(Duration.ofNanos(System.nanoTime() - mended));
  }

  /** One line a fault: how often, and how long until every node was ready again. */
  String report() {
    StringBuilder lines = new StringBuilder();
    injected.forEach(
        (fault, count) -> {
          List<Duration> times =
              recoveries.getOrDefault(fault, List.of()).stream().sorted().toList();
          String median = times.isEmpty() ? "-" : times.get(times.size() / 2).toMillis() + " ms";
          String worst = times.isEmpty() ? "-" : times.getLast().toMillis() + " ms";
          lines.append(
              "  %-22s %3d times, ready again after %s (median), %s (worst)%n"
                  .formatted(fault, count, median, worst));
        });
    return lines.toString();
  }
}
