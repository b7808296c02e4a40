package io.classbell.http;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.ProfileCache;
import io.classbell.booking.api.MeetingApi;
import io.classbell.http.api.HttpSettings;
import io.classbell.http.api.Installation;
import io.classbell.http.api.TokenRules;
import io.classbell.http.auth.EndedSessions;
import io.classbell.http.auth.SessionFeed;
import io.classbell.http.call.Call;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.connection.ConnectionLimits;
import io.classbell.http.contract.Contract;
import io.classbell.http.idempotency.IdempotencyKeys;
import io.classbell.http.idempotency.IdempotentExecution;
import io.classbell.http.limit.ClientAddress;
import io.classbell.http.limit.RateLimits;
import io.classbell.http.live.LiveFeed;
import io.classbell.http.live.LiveUsers;
import io.classbell.http.live.SocketLimits;
import io.classbell.http.live.SocketPlaces;
import io.classbell.http.page.Pages;
import io.classbell.http.problem.BadConnections;
import io.classbell.http.routes.AuthRoutes;
import io.classbell.http.routes.BookingRoutes;
import io.classbell.http.routes.CalendarRoutes;
import io.classbell.http.routes.ConfigRoutes;
import io.classbell.http.routes.DisputeMapper;
import io.classbell.http.routes.DisputeRoutes;
import io.classbell.http.routes.EvidenceRoutes;
import io.classbell.http.routes.MeetingRoutes;
import io.classbell.http.routes.NotificationRoutes;
import io.classbell.http.routes.PurchaseRoutes;
import io.classbell.http.routes.ResponseMapper;
import io.classbell.http.routes.SlotRoutes;
import io.classbell.http.routes.StandingRoutes;
import io.classbell.http.routes.TestRoutes;
import io.classbell.http.routes.WalletRoutes;
import io.classbell.http.routes.WithdrawalRoutes;
import io.classbell.http.routes.admin.AdminRoutes;
import io.classbell.http.routes.admin.AdminWithdrawalRoutes;
import io.classbell.http.routes.admin.CaseRoutes;
import io.classbell.http.routes.admin.LedgerAudit;
import io.classbell.http.routes.admin.LedgerRoutes;
import io.classbell.http.routes.admin.OperationsBoard;
import io.classbell.http.school.DemoSchool;
import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.PeriodicJob;
import io.classbell.platform.RefusalCounter;
import io.classbell.platform.health.Health;
import io.classbell.platform.node.ClockKeeper;
import io.classbell.platform.node.Node;
import io.classbell.platform.node.NodeBeacon;
import io.classbell.platform.redis.RedisStore;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the HTTP side of a node: the REST API, the SockJS bridge and the pages. Runs on a virtual
 * thread, which queries the database for idempotency keys; {@link Listener}s serve requests on
 * event loops. One instance per node.
 */
public final class HttpVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);

  /** Longest time that a request waits for counters in Redis. */
  private static final Duration REDIS_PATIENCE = Duration.ofMillis(250);

  private final Node node;
  private final HttpSettings settings;
  private final TokenRules tokens;
  private final RedisStore redis;
  private final Duration redisPatience;
  private final Installation installation;
  private final EndedSessions endedSessions;
  private final LiveUsers liveUsers = new LiveUsers();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Health health;
  private volatile int port;

  /**
   * @param tokens the rules that access tokens must satisfy
   * @param redis for rate limits; may be down
   * @param health the node's
   * @param installation what clients are told about the other modules' settings
   */
  public HttpVerticle(
      Node node,
      HttpSettings settings,
      TokenRules tokens,
      RedisStore redis,
      Health health,
      Installation installation) {
    this(node, settings, tokens, redis, health, installation, REDIS_PATIENCE);
  }

  HttpVerticle(
      Node node,
      HttpSettings settings,
      TokenRules tokens,
      RedisStore redis,
      Health health,
      Installation installation,
      Duration redisPatience) {
    this.node = node;
    this.settings = settings;
    this.tokens = tokens;
    this.redis = redis;
    this.redisPatience = redisPatience;
    this.installation = installation;
    this.endedSessions = new EndedSessions(longestTokenSeconds());
    this.health = health;
  }

  @Override
  public Future<?> start() {
    Contract contract = Contract.load(vertx, installation.maxima()).await();
    ModuleClient ask = new ModuleClient(node.bus(), settings.requestTimeout());
    ProfileCache people = new ProfileCache(node.bus());
    people.start().await();
    IdempotencyKeys keys = new IdempotencyKeys(vertx, node, settings.idempotencyRetention());
    scheduleCleanup(keys);
    SocketPlaces places =
        new SocketPlaces(redis, settings.socketsPerUser(), redisPatience, node.clock()::realNow);
    places.start(vertx);
    ClientAddress addresses = new ClientAddress(settings.trustedProxies());
    int maxConnections = ConnectionLimits.withinOpenFiles(settings.maxConnections());
    ConnectionLimits connectionLimits =
        new ConnectionLimits(
            maxConnections,
            ConnectionLimits.perAddress(
                settings.maxConnectionsPerAddress(), maxConnections, node.testMode()),
            addresses,
            RefusalCounter.of(node.meters(), "connections"));
    SocketLimits socketLimits = socketLimits();
    vertx.setPeriodic(60_000, timer -> socketLimits.forgetUnused());
    SharedState shared =
        new SharedState(
            node,
            settings,
            tokens,
            contract,
            endedSessions,
            liveUsers,
            places,
            socketLimits,
            inFlight,
            addresses,
            connectionLimits,
            new BadConnections(node.meters()),
            new RateLimits(redis, redisPatience),
            new IdempotentExecution(keys, settings.idempotencySecret(), tokens.key()),
            health,
            ask,
            new Pages(contract, settings.publicUrl(), node.testMode()),
            routes(ask, people));
    listenToModules();
    if (node.testMode()) {
      new DemoSchool(node).register(node.bus()).await();
    }
    new SessionFeed(vertx, ask, endedSessions, node.clock(), longestTokenSeconds()).start();
    meter(connectionLimits, socketLimits);
    DeploymentOptions instances = new DeploymentOptions().setInstances(listeners());
    return vertx
        .deployVerticle(() -> new Listener(shared, listens -> port = listens), instances)
        .onSuccess(deployed -> LOG.info("HTTP server listening: port={}", port));
  }

  /** The port on which the server listens, available after the start. */
  public int port() {
    return port;
  }

  private Map<String, Call.Route> routes(ModuleClient ask, ProfileCache people) {
    ResponseMapper shown = new ResponseMapper(people, installation.booking());
    Map<String, Call.Route> routes = new HashMap<>();
    new AuthRoutes(ask, !isLocalTest()).addTo(routes);
    new ConfigRoutes(node.testMode(), settings, installation).addTo(routes);
    new SlotRoutes(ask, shown).addTo(routes);
    new BookingRoutes(ask, shown).addTo(routes);
    new MeetingRoutes(ask, shown).addTo(routes);
    DisputeMapper disputes = new DisputeMapper(shown, people);
    EvidenceRoutes evidence = new EvidenceRoutes(ask, people);
    evidence.addTo(routes);
    new DisputeRoutes(ask, disputes).addTo(routes);
    new StandingRoutes(ask, people).addTo(routes);
    new CaseRoutes(ask, shown, disputes, evidence, people).addTo(routes);
    new CalendarRoutes(ask, people, settings.publicUrl()).addTo(routes);
    new WalletRoutes(ask, node.testMode()).addTo(routes);
    new WithdrawalRoutes(ask).addTo(routes);
    new PurchaseRoutes(ask).addTo(routes);
    new NotificationRoutes(ask).addTo(routes);
    new AdminRoutes(ask, people, shown, new LedgerAudit(ask, node.clock()::now)).addTo(routes);
    OperationsBoard board = new OperationsBoard(ask, node.clock());
    node.bus().on(NodeBeacon.STATUS, board::heard);
    new LedgerRoutes(ask, people, board).addTo(routes);
    new AdminWithdrawalRoutes(ask, people).addTo(routes);
    new TestRoutes(ask, node.testMode(), health).addTo(routes);
    return routes;
  }

  /**
   * Whether cookies may be sent without TLS: only in test mode and on loopback, where nobody can
   * intercept them.
   */
  private boolean isLocalTest() {
    return node.testMode()
        && settings.publicUrl().startsWith("http://")
        && HttpSettings.isLoopback(settings.host());
  }

  private void listenToModules() {
    LiveFeed feed = new LiveFeed(vertx, liveUsers);
    node.bus().on(NotificationApi.LIVE, feed::show);
    node.bus().on(NotificationApi.UNREAD, feed::showUnread);
    node.bus().on(MeetingApi.SLOTS_CHANGED, feed::show);
    node.bus().on(MeetingApi.PRESENCE_CHANGED, feed::show);
    if (node.testMode()) {
      node.bus()
          .on(
              ClockKeeper.MOVED,
              moved -> {
                node.clock().atLeast(moved.offsetMillis());
                feed.showClock(node.clock().now());
              });
    }
    node.bus()
        .on(
            AccountApi.SESSIONS_ENDED,
            ended -> {
              long now = node.clock().realNow().getEpochSecond();
              ended.sessionIds().forEach(session -> endedSessions.ended(session, now));
            });
  }

  /**
   * Schedules the deletion of expired keys. Every node does this, so the first run has a random
   * delay.
   */
  private void scheduleCleanup(IdempotencyKeys keys) {
    long minute = 60_000;
    PeriodicJob.start(
        vertx,
        Duration.ofMillis(ThreadLocalRandom.current().nextLong(45 * minute, 75 * minute)),
        "deleting expired idempotency keys",
        keys::deleteExpired);
  }

  private SocketLimits socketLimits() {
    return new SocketLimits(
        new SocketLimits.Rules(
            settings.socketFramesPerMinute(),
            settings.socketFramesPerMinutePerAddress(),
            settings.socketFrameBytes(),
            Math.min(settings.socketBytesBeforeToken(), settings.socketFrameBytes()),
            settings.socketBufferBytes(),
            settings.socketsWithoutToken()),
        RefusalCounter.of(node.meters(), "sockets"),
        System::nanoTime);
  }

  private void meter(ConnectionLimits connectionLimits, SocketLimits socketLimits) {
    Gauge.builder("classbell.http.sockets.buffered", socketLimits, SocketLimits::buffered)
        .description("Bytes of unfinished messages of all sockets")
        .register(node.meters());
    Gauge.builder("classbell.http.sockets.without.token", socketLimits, SocketLimits::withoutToken)
        .description("Sockets that have not shown a token yet")
        .register(node.meters());
    Gauge.builder("classbell.http.connections", connectionLimits, ConnectionLimits::open)
        .description("Open connections of the public port")
        .register(node.meters());
    health.show("connections", connectionLimits::open);
    Gauge.builder("classbell.http.in.flight", inFlight, AtomicInteger::get)
        .description("Requests in work")
        .register(node.meters());
    Gauge.builder("classbell.http.live.users", liveUsers, LiveUsers::users)
        .description("Users with a socket")
        .register(node.meters());
    health.show("requestsInFlight", inFlight::get);
    health.show("liveUsers", liveUsers::users);
    health.show("endedSessions", endedSessions::size);
  }

  private int listeners() {
    return settings.verticles() > 0
        ? settings.verticles()
        : Runtime.getRuntime().availableProcessors();
  }

  private long longestTokenSeconds() {
    return tokens.life().toSeconds() + 2L * TokenRules.LEEWAY_SECONDS;
  }
}
