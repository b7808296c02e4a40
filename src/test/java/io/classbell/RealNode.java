package io.classbell;

import io.classbell.boot.Platform;
import io.classbell.boot.Settings;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.redis.RedisSettings;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestPorts;
import io.classbell.testing.TestRedis;
import io.classbell.testing.TestSmtp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A whole node with every role, as main starts it, in the test's own JVM, on real servers. */
public final class RealNode implements AutoCloseable {
  /** Signs the nodes' tokens. */
  public static final String JWT_SECRET = "0123456789abcdef0123456789abcdef-of-tests";

  private static final String TEST_MODE =
      """
      {"mode": "test", "http": {"publicUrl": "http://localhost:8080"}}
      """;

  private static final String PRODUCTION =
      """
      {"mode": "production",
       "http": {"publicUrl": "https://classbell.example.com"},
       "account": {"firstAdmin": {"email": "root@classbell.example.com", "password": "first-admin-1"}},
       "notification": {"smtp": {"from": "no-reply@classbell.example.com"}}}
      """;

  private final Platform platform;
  private final Settings settings;
  private final DatabaseSettings database;

  private RealNode(Settings settings, DatabaseSettings database) {
    this.settings = settings;
    this.database = database;
    this.platform = Platform.start(settings);
  }

  /** One in test mode, alone; settings that differ from the usual ones as JSON texts. */
  public static RealNode inTestMode(String... settings) {
    return start(TestDatabase.MARIADB.fresh(), TestRedis.fresh(), TEST_MODE, List.of(settings));
  }

  /** One as in production, with the first admin's account and no other. */
  public static RealNode inProduction(String... settings) {
    return start(TestDatabase.MARIADB.fresh(), TestRedis.fresh(), PRODUCTION, List.of(settings));
  }

  /** Two in test mode, clustered, on the same servers. */
  public static List<RealNode> two() {
    DatabaseSettings database = TestDatabase.MARIADB.fresh();
    RedisSettings redis = TestRedis.fresh();
    List<Integer> ports = TestPorts.free(2);
    List<RealNode> nodes = new ArrayList<>();
    for (int port : ports) {
      String cluster =
          """
          {"cluster": {"enabled": true, "port": %d, "secret": "a-secret-of-this-test",
                       "members": ["127.0.0.1:%d", "127.0.0.1:%d"]}}
          """
              .formatted(port, ports.getFirst(), ports.getLast());
      nodes.add(start(database, redis, TEST_MODE, List.of(cluster)));
    }
    return nodes;
  }

  private static RealNode start(
      DatabaseSettings database, RedisSettings redis, String mode, List<String> more) {
    SettingsReader<Settings> reader =
        SettingsReader.of(Settings.class)
            .json("servers", servers(database, redis))
            .json("mode", mode);
    for (String json : more) {
      reader = reader.json("test", json);
    }
    return new RealNode(reader.read(), database);
  }

  /** Settings of a node on these servers, as JSON; the ports and the mode are still to be set. */
  public static String servers(DatabaseSettings database, RedisSettings redis) {
    return """
        {"node": {"name": "test"},
         "http": {"port": 0, "managementPort": %d},
         "database": {"port": %d, "name": "%s", "user": "%s", "password": "%s",
                      "migrationUser": "%s", "migrationPassword": "%s"},
         "redis": {"uri": "%s"},
         "account": {"jwtSecret": "%s", "argon2": {"memoryKib": 8192, "iterations": 1}},
         "notification": {"smtp": {"host": "%s", "port": %d, "startTls": "disabled"}}}
        """
        .formatted(
            TestPorts.free(),
            database.port(),
            database.name(),
            database.user(),
            database.password().reveal(),
            database.migrationUser(),
            Objects.requireNonNull(database.migrationPassword()).reveal(),
            redis.uri().reveal(),
            JWT_SECRET,
            TestSmtp.HOST,
            TestSmtp.port());
  }

  /** Where it listens. */
  public int port() {
    return platform.httpPort();
  }

  /** What the management port shows, in Prometheus' words. */
  public String metrics() {
    String url = "http://127.0.0.1:" + settings.http().managementPort() + "/metrics";
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its database, past the application. */
  public List<String> rows(String sql) {
    return TestDatabase.MARIADB.rows(database, sql);
  }

  /** The same, for changes that only an operator can make. */
  public void execute(String sql) {
    TestDatabase.MARIADB.execute(database, sql);
  }

  @Override
  public void close() {
    platform.close();
  }
}
