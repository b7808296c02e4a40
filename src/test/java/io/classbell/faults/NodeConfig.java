package io.classbell.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.classbell.platform.db.DatabaseSettings;
import java.net.URI;
import java.util.List;

/** The configuration of the nodes of a cluster, as an operator would write it. */
record NodeConfig(
    DatabaseSettings database,
    int databasePort,
    URI redis,
    int redisPort,
    int mailPort,
    List<Integer> members) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of one node; {@code roles}: empty for all. */
  String of(int index, List<String> roles, int port, int managementPort) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("mode", "test");
    ObjectNode node = tree.putObject("node");
    node.put("name", "node-" + index);
    if (!roles.isEmpty()) {
      roles.forEach(node.putArray("roles")::add);
    }
    tree.putObject("log").put("format", "text");
    tree.putObject("http")
        .put("port", port)
        .put("managementPort", managementPort)
        .put("publicUrl", "http://localhost:" + port)
        .put("requestsPerMinutePerAddress", 0)
        .put("registrationsPerHourPerAddress", 0);
    tree.putObject("database")
        .put("port", databasePort)
        .put("name", database.name())
        .put("user", database.user())
        .put("password", database.password().reveal())
        .put("migrationUser", database.migrationUser())
        .put(
            "migrationPassword",
            database.migrationPassword() == null ? "" : database.migrationPassword().reveal());
    tree.putObject("redis")
        .put("uri", "redis://" + redis.getRawUserInfo() + "@127.0.0.1:" + redisPort);
    ObjectNode cluster = tree.putObject("cluster");
    cluster
        .put("enabled", true)
        .put("port", members.get(index))
        .put("secret", "a-secret-of-this-test");
    ArrayNode list = cluster.putArray("members");
    members.forEach(m -> list.add("127.0.0.1:" + m));
    // Sooner than usual: tests need not wait as long for the end of what died.
    tree.putObject("booking").put("watchdogDelay", "PT2S");
    tree.putObject("account").put("jwtSecret", "0123456789abcdef0123456789abcdef-test");
    tree.putObject("notification")
        .putObject("smtp")
        .put("host", "127.0.0.1")
        .put("port", mailPort)
        .put("startTls", "disabled")
        .put("mailsPerSecond", 500);
    return tree.toString();
  }
}
