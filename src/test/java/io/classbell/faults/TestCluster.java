package io.classbell.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestRedis;
import io.classbell.testing.TestSmtp;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Nodes in JVMs of their own, on one database, Redis and mail server, each behind a proxy. */
final class TestCluster implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final List<NodeProcess> nodes = new ArrayList<>();
  private final FaultProxy database;
  private final FaultProxy redis;
  private final FaultProxy mail;
  private final DatabaseSettings settings;
  private final URI redisUri;

  /**
   * Starts a cluster, and waits until it is ready.
   *
   * @param roles one entry per node: its roles, empty for all
   */
  static TestCluster start(Path directory, List<List<String>> roles) throws Exception {
    TestCluster cluster = new TestCluster();
    try {
      cluster.startNodes(directory, roles);
      return cluster;
    } catch (Exception | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private TestCluster() throws IOException {
    settings = TestDatabase.MARIADB.fresh();
    database = FaultProxy.before(settings.port());
    redisUri = URI.create(TestRedis.fresh().uri().reveal());
    redis = FaultProxy.before(redisUri.getPort());
    mail = FaultProxy.before(TestSmtp.port());
  }

  private void startNodes(Path directory, List<List<String>> roles) throws Exception {
    List<Integer> members = freePorts(roles.size());
    List<Integer> ports = freePorts(roles.size() * 2);
    for (int i = 0; i < roles.size(); i++) {
      Path config = directory.resolve("node-" + i + ".json");
      String json =
          config(i, roles.get(i), members, ports.get(2 * i), ports.get(2 * i + 1)).toString();
      Files.writeString(config, json);
      nodes.add(new NodeProcess("node-" + i, config, ports.get(2 * i), List.of()));
    }
    for (NodeProcess node : nodes) {
      node.start();
    }
    awaitReady(Duration.ofSeconds(90));
  }

  private ObjectNode config(
      int index, List<String> roles, List<Integer> members, int port, int managementPort) {
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
        .put("port", database.port())
        .put("name", settings.name())
        .put("user", settings.user())
        .put("password", settings.password().reveal())
        .put("migrationUser", settings.migrationUser())
        .put("migrationPassword", reveal());
    String path = redisUri.getRawPath() == null ? "" : redisUri.getRawPath();
    String user = redisUri.getRawUserInfo() == null ? "" : redisUri.getRawUserInfo() + "@";
    tree.putObject("redis").put("uri", "redis://" + user + "127.0.0.1:" + redis.port() + path);
    ObjectNode cluster = tree.putObject("cluster");
    cluster
        .put("enabled", true)
        .put("port", members.get(index))
        .put("secret", "a-secret-of-this-test");
    ArrayNode list = cluster.putArray("members");
    members.forEach(m -> list.add("127.0.0.1:" + m));
    tree.putObject("account").put("jwtSecret", "0123456789abcdef0123456789abcdef-test");
    tree.putObject("notification")
        .putObject("smtp")
        .put("host", "127.0.0.1")
        .put("port", mail.port())
        .put("startTls", "disabled");
    return tree;
  }

  private String reveal() {
    return settings.migrationPassword() == null ? "" : settings.migrationPassword().reveal();
  }

  List<NodeProcess> nodes() {
    return nodes;
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

  /** Where the rows are, past the proxy. */
  DatabaseSettings settings() {
    return settings;
  }

  void healProxies() {
    database.heal();
    redis.heal();
    mail.heal();
  }

  /** Waits until every living node is ready. */
  void awaitReady(Duration each) throws InterruptedException {
    for (NodeProcess node : nodes) {
      node.awaitReady(each);
    }
  }

  /** A JSON request that must succeed, to the first node that answers. */
  JsonNode call(String method, String path, @Nullable String token, @Nullable String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(nodes.getFirst().url() + "/api/v1" + path))
            .timeout(Duration.ofSeconds(30))
            .header("content-type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("authorization", "Bearer " + token);
    }
    HttpResponse<String> response =
        HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IOException(path + " answered " + response.statusCode() + ": " + response.body());
    }
    return JSON.readTree(response.body());
  }

  /** The access token of a demo account. */
  String demo(String name) throws IOException, InterruptedException {
    return login(name + "@classbell.test", "classbell-demo");
  }

  /** A new student's access token. */
  String newStudent(int number) throws IOException, InterruptedException {
    String email = "student-" + number + "-" + System.nanoTime() + "@classbell.test";
    String body =
        "{\"email\":\"%s\",\"password\":\"fault-tests-1\",\"name\":\"Student %d\",\"role\":\"student\"}"
            .formatted(email, number);
    call("POST", "/auth/register", null, body);
    return login(email, "fault-tests-1");
  }

  private String login(String email, String password) throws IOException, InterruptedException {
    String body = "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password);
    return call("POST", "/auth/login", null, body).get("accessToken").asText();
  }

  /**
   * Free ones below those that the system gives to outgoing connections: while a node is down
   * nobody else is to get its port.
   */
  private static List<Integer> freePorts(int count) throws IOException {
    List<Integer> free = new ArrayList<>();
    while (free.size() < count) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      if (!free.contains(port) && isFree(port)) {
        free.add(port);
      }
    }
    return free;
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException taken) {
      return false;
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
  }
}
