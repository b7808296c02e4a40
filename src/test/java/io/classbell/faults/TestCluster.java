package io.classbell.faults;

import io.classbell.embedded.MortalServers;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.testing.TestDatabases;
import io.classbell.testing.TestPorts;
import io.classbell.testing.TestSmtp;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Nodes in JVMs of their own, on a database and a Redis that may be killed and a mail server, each
 * behind a proxy.
 */
final class TestCluster implements AutoCloseable {
  static final Duration START_LIMIT = Duration.ofSeconds(120);

  private final List<NodeProcess> nodes = new ArrayList<>();
  private final MortalServers servers;
  private final TestDatabases databases;
  private final DatabaseSettings settings;
  private final FaultProxy database;
  private final FaultProxy redis;
  private final FaultProxy mail;
  private final Inside inside;

  /**
   * Starts a cluster, and waits until it is ready.
   *
   * @param roles one entry per node: its roles, empty for all
   */
  static TestCluster start(Path directory, List<List<String>> roles, long seed) throws Exception {
    TestCluster cluster = new TestCluster(directory);
    try {
      cluster.startNodes(directory, roles, seed);
      return cluster;
    } catch (Exception | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private TestCluster(Path directory) throws IOException {
    List<Integer> ports = TestPorts.free(2);
    servers = MortalServers.start(ports);
    databases = new TestDatabases(servers.databases());
    settings = databases.fresh();
    database = FaultProxy.before(ports.get(0));
    redis = FaultProxy.before(ports.get(1));
    mail = FaultProxy.before(TestSmtp.port());
    inside = new Inside(directory.toAbsolutePath().resolve("inside"));
  }

  private void startNodes(Path directory, List<List<String>> roles, long seed) throws Exception {
    List<Integer> ports = TestPorts.free(roles.size() * 3);
    NodeConfig config =
        new NodeConfig(
            settings,
            database.port(),
            URI.create(servers.redisUri().reveal()),
            redis.port(),
            mail.port(),
            ports.subList(0, roles.size()));
    for (int i = 0; i < roles.size(); i++) {
      int port = ports.get(roles.size() + 2 * i);
      int managementPort = ports.get(roles.size() + 2 * i + 1);
      Path file = directory.resolve("node-" + i + ".json");
      Files.writeString(file, config.of(i, roles.get(i), port, managementPort));
      nodes.add(new NodeProcess("node-" + i, file, port, managementPort, inside, seed + i));
    }
    for (NodeProcess node : nodes) {
      node.start();
    }
    awaitReady(START_LIMIT);
  }

  List<NodeProcess> nodes() {
    return nodes;
  }

  /** The processes of the database and of Redis. */
  MortalServers servers() {
    return servers;
  }

  /** The proxy before the database. */
  FaultProxy database() {
    return database;
  }

  /** The proxy before Redis. */
  FaultProxy redis() {
    return redis;
  }

  /** The proxy before the mail server. */
  FaultProxy mail() {
    return mail;
  }

  /** What happens inside the nodes. */
  Inside inside() {
    return inside;
  }

  /** The rows of a query, past the proxy. */
  List<String> rows(String query) {
    return databases.rows(settings, query);
  }

  /** A query's one number. */
  long count(String query) {
    return Long.parseLong(rows(query).getFirst());
  }

  /** Runs statements past the proxy. */
  void execute(String... statements) {
    databases.execute(settings, statements);
  }

  /** A connection of a test's own, past the proxy, that may do anything. */
  Connection connection() throws SQLException {
    Connection connection = databases.server().access().admin();
    connection.setCatalog(settings.name());
    return connection;
  }

  /**
   * Time passes in a jump, which the nodes learn of within a second. Unlike the test clock's it
   * waits for nothing: what became due meanwhile is late.
   */
  void jump(Duration time) {
    execute(
        "UPDATE platform_clock SET test_offset_ms = test_offset_ms + %d, target_offset_ms = test_offset_ms"
            .formatted(time.toMillis()));
  }

  /** Messages whose delivery is late by more than this, as the platform's clock has it. */
  long late(Duration by) {
    return count(
        """
        SELECT COUNT(*) FROM scheduled_message WHERE due_at < (SELECT
          UTC_TIMESTAMP(3) + INTERVAL (test_offset_ms * 1000 - %d) MICROSECOND FROM platform_clock)
        """
            .formatted(by.toNanos() / 1000));
  }

  void healProxies() {
    database.heal();
    redis.heal();
    mail.heal();
  }

  /** Waits until every node is ready. */
  void awaitReady(Duration each) throws InterruptedException, IOException {
    for (NodeProcess node : nodes) {
      node.awaitReady(each);
    }
  }

  @Override
  public void close() throws Exception {
    for (NodeProcess node : nodes) {
      node.close();
    }
    database.close();
    redis.close();
    mail.close();
    servers.close();
  }
}
