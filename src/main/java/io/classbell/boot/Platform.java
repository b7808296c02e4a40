package io.classbell.boot;

import io.classbell.http.HttpVerticle;
import io.classbell.http.ManagementVerticle;
import io.classbell.http.school.DemoSchool;
import io.classbell.platform.RefusalCounter;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Cluster;
import io.classbell.platform.bus.Trace;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.Migrations;
import io.classbell.platform.health.Health;
import io.classbell.platform.node.ClockKeeper;
import io.classbell.platform.node.Node;
import io.classbell.platform.node.NodeBeacon;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.outgoing.OutgoingClient;
import io.classbell.platform.redis.RedisStore;
import io.classbell.platform.time.PlatformClock;
import io.classbell.platform.zones.TimeZoneRules;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running node: starts the services and roles that its settings name, and stops them. Closing
 * stops accepting requests, lets requests in progress finish, and stops the parts in reverse order;
 * also after a failed start.
 */
public final class Platform implements AutoCloseable {
  private static final String JOINING = "joining the cluster";
  private static final Logger LOG = LoggerFactory.getLogger(Platform.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);
  private static final Duration STEP_LIMIT = Duration.ofSeconds(5);

  private static final DeploymentOptions ON_VIRTUAL_THREADS =
      new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);

  private final Settings settings;
  private final Deque<Step> takeDown = new ArrayDeque<>();
  private boolean open;
  private @Nullable Bus bus;
  private int httpPort;

  private record Step(String name, Duration limit, Callable<Future<?>> action) {}

  private Platform(Settings settings) {
    this.settings = settings;
  }

  /**
   * Migrates the database.
   *
   * @throws StartFailure if it is unreachable or cannot be migrated
   */
  public static void migrate(Settings settings) {
    try {
      int done = Migrations.migrate(settings.database());
      LOG.info(
          "database {} is up to date, {} migrations carried out", settings.database().name(), done);
    } catch (RuntimeException e) {
      String distrust = ServerIdentities.ofDatabase(settings, e);
      if (distrust != null) {
        throw new StartFailure(distrust, e);
      }
      String where = settings.database().host() + ":" + settings.database().port();
      throw new StartFailure("The database at " + where + " can't be migrated: " + firstLine(e), e);
    }
  }

  /**
   * Starts a node on a migrated database.
   *
   * @throws StartFailure if a part does not start; the parts that had started are stopped
   */
  public static Platform start(Settings settings) {
    Platform platform = new Platform(settings);
    try {
      platform.build();
      return platform;
    } catch (RuntimeException e) {
      platform.close();
      throw e;
    }
  }

  private void build() {
    Trace.register();
    useTimeZoneRules();
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Vertx vertx = await(JOINING, vertx(meters));
    takeDown.push(new Step("event bus and cluster", STEP_LIMIT, vertx::close));
    Context context = ((VertxInternal) vertx).createVirtualThreadContext();

    Database database = Database.connect(vertx, settings.database());
    takeDown.push(new Step("database", STEP_LIMIT, database::close));
    PlatformClock clock =
        await("asking the database for the time", on(context, () -> PlatformClock.of(database)));
    Bus bus = new Bus(vertx);
    this.bus = bus;
    RedisStore redis = RedisStore.connect(vertx, settings.redis());
    takeDown.push(new Step("Redis", STEP_LIMIT, redis::close));
    RefusalCounter.show(meters, "bus", bus.refused());
    RefusalCounter.show(meters, "database", database.refused());
    RefusalCounter.show(meters, "redis", redis.refused());
    OutgoingClient outgoing = new OutgoingClient(vertx, clock::realNow, meters, settings.isTest());
    takeDown.push(new Step("outgoing requests", STEP_LIMIT, outgoing::close));
    Node node =
        new Node(bus, database, clock, new Outbox(bus, clock), meters, outgoing, settings.isTest());
    String keeper =
        await("keeping the time", vertx.deployVerticle(new ClockKeeper(node), ON_VIRTUAL_THREADS));
    takeDown.push(new Step("time", STEP_LIMIT, () -> vertx.undeploy(keeper)));
    Health health = new Health(database, redis);
    showTimeZoneRules(clock, health, meters);

    Map<NodeSettings.Role, List<String>> deployed = new EnumMap<>(NodeSettings.Role.class);
    takeDown.push(new Step("roles", STEP_LIMIT, () -> undeploy(vertx, deployed)));
    takeDown.push(
        new Step("requests under way", DRAIN_LIMIT.plusSeconds(1), () -> bus.drain(DRAIN_LIMIT)));
    takeDown.push(
        new Step(
            "messages under way",
            DRAIN_LIMIT,
            () -> undeploy(vertx, only(NodeSettings.Role.SCHEDULE, deployed))));
    takeDown.push(new Step("peers", STEP_LIMIT, bus::turnAway));
    takeDown.push(
        new Step(
            "HTTP", DRAIN_LIMIT, () -> undeploy(vertx, only(NodeSettings.Role.HTTP, deployed))));
    takeDown.push(
        new Step("turning away", drainDelay().plus(STEP_LIMIT), () -> turnAway(vertx, health)));
    Roles roles = new Roles(settings, node, redis, health);
    for (NodeSettings.Role role : Roles.inOrder(settings.node().roles())) {
      VerticleBase verticle = roles.verticle(role);
      String id = await("starting " + role, vertx.deployVerticle(verticle, ON_VIRTUAL_THREADS));
      deployed.computeIfAbsent(role, r -> new ArrayList<>()).add(id);
      if (verticle instanceof HttpVerticle http) {
        httpPort = http.port();
      }
    }
    List<String> running =
        Roles.inOrder(settings.node().roles()).stream()
            .map(role -> role.name().toLowerCase(Locale.ROOT))
            .toList();
    NodeBeacon beacon = new NodeBeacon(node, settings.node().nameOrHost(), running, health);
    await("reporting the node", vertx.deployVerticle(beacon));
    ManagementVerticle management = new ManagementVerticle(node, health, settings.http());
    await("opening the management port", vertx.deployVerticle(management));
    LOG.info("management: port={}", management.port());
    open = true;
  }

  private void useTimeZoneRules() {
    String file = settings.timeZones().file();
    try {
      if (file != null) {
        TimeZoneRules.use(Path.of(file));
      }
    } catch (IOException | InvalidPathException e) {
      throw new StartFailure("timeZones.file can't be used: " + e.getMessage(), e);
    }
  }

  private void showTimeZoneRules(
      PlatformClock clock, Health health, PrometheusMeterRegistry meters) {
    Duration warnAfter = settings.timeZones().warnAfter();
    TimeZoneRules.Report report = TimeZoneRules.report(clock.realNow(), warnAfter);
    LOG.info("timeZoneRules={} date={}", report.version(), report.date());
    report.warnings().forEach(LOG::warn);
    health.show(
        "timeZoneRules",
        () -> JsonObject.mapFrom(TimeZoneRules.report(clock.realNow(), warnAfter)));
    Gauge.builder(
            "classbell.time.zone.rules.age", clock, c -> TimeZoneRules.age(c.realNow()).toSeconds())
        .baseUnit("seconds")
        .description("How long ago the time zone rules in use were packaged")
        .tag("version", report.version())
        .register(meters);
  }

  private Duration drainDelay() {
    return settings.http().drainDelay();
  }

  /** Reports the node as not ready, while it still serves clients that have not noticed. */
  private Future<?> turnAway(Vertx vertx, Health health) {
    health.drain();
    return !open || drainDelay().isZero()
        ? Future.succeededFuture()
        : vertx.timer(drainDelay().toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Fills a platform in test mode with the demo school.
   *
   * @throws StartFailure if this node is not in test mode, has no HTTP server, or it takes too long
   */
  public DemoSchool.Opened openDemoSchool() {
    if (!settings.isTest() || httpPort == 0 || bus == null) {
      throw new StartFailure("--demo-data needs a node with the role http in test mode.");
    }
    return await(
        "filling the demo school",
        bus.ask(DemoSchool.OPEN, new DemoSchool.Open(), DemoSchool.TIME_LIMIT),
        DemoSchool.TIME_LIMIT);
  }

  /** Returns the HTTP port; 0 if this node does not have that role. */
  public int httpPort() {
    return httpPort;
  }

  private Future<Vertx> vertx(PrometheusMeterRegistry meters) {
    MicrometerMetricsOptions metrics =
        new MicrometerMetricsOptions()
            .setEnabled(true)
            .setJvmMetricsEnabled(true)
            .setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true));
    VertxOptions options =
        new VertxOptions().setMetricsOptions(metrics).setPreferNativeTransport(true);
    VertxBuilder builder = Vertx.builder().withMetrics(new MicrometerMetricsFactory(meters));
    if (!settings.cluster().enabled()) {
      return Future.succeededFuture(builder.with(options).build());
    }
    options.setEventBusOptions(Cluster.eventBus(settings.cluster()));
    return builder
        .with(options)
        .withClusterManager(Cluster.manager(settings.cluster()))
        .buildClustered();
  }

  /** Runs blocking code on a virtual thread of {@code context}. */
  private static <T> Future<T> on(Context context, Callable<T> code) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            promise.complete(code.call());
          } catch (Exception e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }

  private static Map<NodeSettings.Role, List<String>> only(
      NodeSettings.Role role, Map<NodeSettings.Role, List<String>> deployed) {
    List<String> ids = deployed.remove(role);
    return ids == null ? Map.of() : Map.of(role, ids);
  }

  private static Future<?> undeploy(Vertx vertx, Map<NodeSettings.Role, List<String>> deployed) {
    return Future.join(
        deployed.values().stream().flatMap(List::stream).map(vertx::undeploy).toList());
  }

  private <T> T await(String what, Future<T> future) {
    return await(what, future, START_LIMIT);
  }

  private <T> T await(String what, Future<T> future, Duration limit) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(limit.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | CompletionException e) {
      throw failure(what, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new StartFailure(
          "The platform can't start: " + what + " takes longer than " + limit.toSeconds() + " s.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("The start was interrupted.", e);
    }
  }

  private StartFailure failure(String what, Throwable cause) {
    if (PortInUse.isWhy(cause) && what.equals(JOINING)) {
      return new StartFailure(
          "A port for the cluster is taken: stop what listens on %d (cluster.port) or %d (cluster.busPort; 0: any), or set others."
              .formatted(settings.cluster().port(), settings.cluster().busPort()),
          cause);
    }
    if (PortInUse.isWhy(cause)) {
      return new StartFailure(
          "Port %d or %d is taken: stop what listens there, or choose another with --port."
              .formatted(settings.http().port(), settings.http().managementPort()),
          cause);
    }
    return new StartFailure(
        "The platform can't start: " + what + " failed: " + firstLine(cause), cause);
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().filter(line -> !line.isBlank()).findFirst().orElse(message);
  }

  @Override
  public void close() {
    boolean interrupted = false;
    while (!takeDown.isEmpty()) {
      Step step = takeDown.pop();
      try {
        step.action
            .call()
            .toCompletionStage()
            .toCompletableFuture()
            .get(step.limit.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        // The remaining steps still run: they close connections and stop servers.
        interrupted = true;
      } catch (Exception e) {
        LOG.warn("Stopping: {} did not end cleanly: {}", step.name, firstLine(e));
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
