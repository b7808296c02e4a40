package io.classbell.faults;

import java.time.Duration;

/** What can be done to a cluster, and how it is mended. The node is one of the cluster's. */
enum Fault {
  NODE_KILLED(
      (cluster, node) -> node.kill(),
      (cluster, node) -> {
        node.start();
        // A new JVM takes a minute on a machine that is ten times slower: the fault is over when it
        // is ready.
        node.awaitReady(TestCluster.START_LIMIT);
      }),
  NODE_FROZEN((cluster, node) -> node.freeze(), (cluster, node) -> node.thaw()),
  DATABASE_KILLED(
      (cluster, node) -> cluster.servers().database().kill(),
      (cluster, node) -> cluster.servers().database().restart()),
  DATABASE_FROZEN(
      (cluster, node) -> cluster.servers().database().freeze(),
      (cluster, node) -> cluster.servers().database().thaw()),
  DATABASE_CUT((cluster, node) -> cluster.database().set(FaultProxy.Mode.CUT)),
  DATABASE_STALLED((cluster, node) -> cluster.database().set(FaultProxy.Mode.STALL)),
  DATABASE_ANSWERS_LOST((cluster, node) -> cluster.database().set(FaultProxy.Mode.DROP_ANSWERS)),
  DATABASE_REQUESTS_LOST((cluster, node) -> cluster.database().set(FaultProxy.Mode.DROP_REQUESTS)),
  DATABASE_SLOW((cluster, node) -> cluster.database().delay(Duration.ofMillis(20))),
  REDIS_KILLED(
      (cluster, node) -> cluster.servers().redis().kill(),
      (cluster, node) -> cluster.servers().redis().restart()),
  REDIS_FROZEN(
      (cluster, node) -> cluster.servers().redis().freeze(),
      (cluster, node) -> cluster.servers().redis().thaw()),
  REDIS_CUT((cluster, node) -> cluster.redis().set(FaultProxy.Mode.CUT)),
  REDIS_FLUSHED((cluster, node) -> cluster.servers().command("FLUSHALL")),
  MAIL_CUT((cluster, node) -> cluster.mail().set(FaultProxy.Mode.CUT)),
  MAIL_STALLED((cluster, node) -> cluster.mail().set(FaultProxy.Mode.STALL)),
  /** Messages between nodes are lost, come twice, come late. */
  BUS_DISTURBED((cluster, node) -> cluster.inside().disturbBus(20, 20, 20, Duration.ofMillis(800))),
  /** No message between nodes arrives. */
  BUS_SILENT((cluster, node) -> cluster.inside().disturbBus(100, 0, 0, Duration.ZERO));

  private interface Step {
    void take(TestCluster cluster, NodeProcess node) throws Exception;
  }

  private final Step injection;
  private final Step remedy;

  Fault(Step injection) {
    this(
        injection,
        (cluster, node) -> {
          cluster.healProxies();
          cluster.inside().healBus();
        });
  }

  Fault(Step injection, Step remedy) {
    this.injection = injection;
    this.remedy = remedy;
  }

  void inject(TestCluster cluster, NodeProcess node) throws Exception {
    injection.take(cluster, node);
  }

  void mend(TestCluster cluster, NodeProcess node) throws Exception {
    remedy.take(cluster, node);
  }
}
