package io.classbell.http;

import io.classbell.account.api.DemoAccount;
import io.classbell.booking.api.BookingSettings;
import io.classbell.http.api.HttpSettings;
import io.classbell.http.api.Installation;
import io.classbell.http.api.TokenRules;
import io.classbell.http.contract.Access;
import io.classbell.http.contract.Contract;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Trace;
import io.classbell.platform.config.Secret;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.health.Health;
import io.classbell.platform.node.Node;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.redis.RedisSettings;
import io.classbell.platform.redis.RedisStore;
import io.classbell.platform.time.PlatformClock;
import io.classbell.testing.TestNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HTTP side alone, between fake neighbours, on a local bus; without a database or Redis. */
final class HttpHouse implements AutoCloseable {

  static final TokenRules TOKENS =
      new TokenRules(
          Secret.of("a-key-of-thirty-two-bytes-for-tests"),
          "classbell",
          "classbell",
          Duration.ofMinutes(15));

  private static final String TEST_DEFAULTS =
      """
      {"port": 0, "managementPort": 0, "bodyDeadline": "PT30S", "requestTimeout": "PT20S",
       "allowedOrigins": ["https://app.example.com"], "socketsPerUser": 3, "verticles": 2,
       "insecureTestMode": true}
      """;

  /** For tests of this deadline itself: on a busy machine any connection may miss it. */
  static final String SHORT_BODY_DEADLINE = "{\"bodyDeadline\": \"PT2S\"}";

  /** Neighbours are given up on soon. */
  static final String IMPATIENT = "{\"requestTimeout\": \"PT1S\"}";

  /** Redis is waited for as long as it takes: on a busy machine that is longer than usual. */
  private static final Duration REDIS_PATIENCE = Duration.ofSeconds(30);

  static final DatabaseSettings NO_DATABASE =
      SettingsReader.of(DatabaseSettings.class)
          .json("test", "{\"port\": 1, \"password\": \"none\", \"connectTimeout\": \"PT0.5S\"}")
          .read();

  static final RedisSettings NO_REDIS =
      SettingsReader.of(RedisSettings.class)
          .json("test", "{\"uri\": \"redis://127.0.0.1:1\"}")
          .read();

  static {
    Trace.register();
  }

  final Vertx vertx = Vertx.vertx();
  final Bus bus = new Bus(vertx);
  final FakeHouse neighbours = new FakeHouse();
  final Database database;
  final Node node;
  final RedisStore redis;
  final WebClient client;
  final HttpVerticle http;
  final Health health;

  /** In test mode, with neither a database nor Redis. */
  static HttpHouse open() {
    return new HttpHouse(true, "{}", NO_DATABASE, NO_REDIS);
  }

  /**
   * @param http settings of the HTTP side that differ from the tests' own, as JSON
   */
  HttpHouse(boolean testMode, String http, DatabaseSettings database, RedisSettings redisSettings) {
    neighbours.serve(bus);
    PlatformClock clock = PlatformClock.startingAt(Instant.now());
    this.database = Database.connect(vertx, database);
    node =
        new Node(
            bus,
            this.database,
            clock,
            new Outbox(bus, clock),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            TestNode.outgoing(vertx),
            testMode);
    redis = RedisStore.connect(vertx, redisSettings);
    wait(redis.firstAttempt());
    health = new Health(this.database, redis);
    this.http =
        new HttpVerticle(
            node,
            SettingsReader.of(HttpSettings.class)
                .json("defaults of tests", TEST_DEFAULTS)
                .json("test", http)
                .read(),
            TOKENS,
            redis,
            health,
            new Installation(
                SettingsReader.of(BookingSettings.class).read(), List.of(), DemoAccount.ALL),
            REDIS_PATIENCE);
    wait(
        vertx.deployVerticle(
            this.http, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    client =
        WebClient.create(
            vertx,
            new WebClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(this.http.port()));
  }

  /** The roles that the contract gives to its operations. */
  Access access() {
    return wait(Contract.load(vertx)).access();
  }

  /** The node's management port, opened now. */
  ManagementVerticle management() {
    return management("{}");
  }

  ManagementVerticle management(String http) {
    HttpSettings settings =
        SettingsReader.of(HttpSettings.class)
            .json("defaults of tests", "{\"managementPort\": 0}")
            .json("test", http)
            .read();
    ManagementVerticle management = new ManagementVerticle(node, health, settings);
    wait(vertx.deployVerticle(management));
    return management;
  }

  /** A good access token. */
  static String token(Vertx vertx, String userId, Caller.Role role, String session, int seconds) {
    JWTAuthOptions options =
        new JWTAuthOptions()
            .addPubSecKey(
                new PubSecKeyOptions()
                    .setAlgorithm("HS256")
                    .setBuffer(Buffer.buffer(TOKENS.key().bytes())));
    return JWTAuth.create(vertx, options)
        .generateToken(
            new JsonObject()
                .put("sub", userId)
                .put("role", role.name())
                .put("sid", session)
                .put("use", "access"),
            new JWTOptions()
                .setAlgorithm("HS256")
                .setIssuer(TOKENS.issuer())
                .setAudience(List.of(TOKENS.audience()))
                .setExpiresInSeconds(seconds));
  }

  String token(Caller.Role role) {
    String user =
        switch (role) {
          case student -> FakeHouse.STUDENT;
          case teacher -> FakeHouse.TEACHER;
          case admin -> FakeHouse.ADMIN;
        };
    return token(vertx, user, role, "session-of-" + role, 600);
  }

  HttpRequest<Buffer> request(HttpMethod method, String path, @Nullable String token) {
    HttpRequest<Buffer> request = client.request(method, path).followRedirects(false);
    return token == null ? request : request.bearerTokenAuthentication(token);
  }

  HttpResponse<Buffer> send(
      HttpMethod method, String path, @Nullable String token, @Nullable String json) {
    HttpRequest<Buffer> request = request(method, path, token);
    if (json == null) {
      return wait(request.send());
    }
    return wait(
        request.putHeader("Content-Type", "application/json").sendBuffer(Buffer.buffer(json)));
  }

  static <T> T wait(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(40, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }

  @Override
  public void close() {
    client.close();
    wait(redis.close());
    wait(vertx.close());
  }
}
