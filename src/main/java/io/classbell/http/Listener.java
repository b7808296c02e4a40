package io.classbell.http;

import io.classbell.http.api.HttpSettings;
import io.classbell.http.auth.TokenVerifier;
import io.classbell.http.connection.AllowedHosts;
import io.classbell.http.connection.Certificates;
import io.classbell.http.connection.Channels;
import io.classbell.http.connection.ConnectionWatch;
import io.classbell.http.connection.HeadRequest;
import io.classbell.http.connection.ListenSocket;
import io.classbell.http.connection.OriginPolicy;
import io.classbell.http.connection.PeerErrors;
import io.classbell.http.connection.RequestTimers;
import io.classbell.http.connection.UnreadResponseGuard;
import io.classbell.http.contract.AllowedMethods;
import io.classbell.http.contract.Contract;
import io.classbell.http.health.HealthRoutes;
import io.classbell.http.limit.ClientAddress;
import io.classbell.http.limit.RequestAdmission;
import io.classbell.http.live.LiveBridge;
import io.classbell.http.live.MeetingAccess;
import io.classbell.http.page.MailboxPage;
import io.classbell.http.pipeline.OptionsRoute;
import io.classbell.http.pipeline.Pipeline;
import io.classbell.http.pipeline.RequestGate;
import io.classbell.http.pipeline.UnmatchedRequests;
import io.classbell.http.problem.ProblemWriter;
import io.classbell.http.representation.CommonHeaders;
import io.classbell.http.webhook.WebhookRoutes;
import io.classbell.platform.RefusalCounter;
import io.micrometer.core.instrument.Counter;
import io.netty.channel.Channel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** HTTP server of one event loop; all listeners of a node share one port. */
final class Listener extends VerticleBase {

  private static final Duration DRAIN = Duration.ofSeconds(8);
  private static final int MAX_HEADER_BYTES = 16_384;
  private static final int MAX_LINE_BYTES = 8_192;
  private static final int MAX_SOCKETS = 20_000;
  private static final int BYTES_ON_THEIR_WAY = 262_144;

  /**
   * Longest time of a request that moves the test clock, which runs all milestones up to a year
   * ahead.
   */
  private static final int ANSWER_SECONDS = 180;

  private final SharedState shared;
  private final Handler<Integer> listening;
  private final ListenSocket listenSocket = new ListenSocket();
  private HttpServer server;
  private LiveBridge bridge;
  private ConnectionWatch connections;

  /**
   * @param listening receives the port
   */
  @SuppressWarnings("NullAway.Init")
  Listener(SharedState shared, Handler<Integer> listening) {
    this.shared = shared;
    this.listening = listening;
  }

  @Override
  public Future<?> start() {
    HttpSettings settings = shared.settings();
    int deadline = (int) Math.max(1, settings.bodyDeadline().toSeconds());
    connections =
        new ConnectionWatch(
            new ConnectionWatch.Deadlines(deadline, deadline, ANSWER_SECONDS), System::nanoTime);
    TokenVerifier tokens =
        new TokenVerifier(vertx, shared.tokenRules(), shared.node().clock()::realNow);
    bridge =
        new LiveBridge(
            vertx,
            tokens,
            shared.endedSessions(),
            shared.liveUsers(),
            shared.socketPlaces(),
            connections,
            shared.addresses(),
            shared.socketLimits(),
            new MeetingAccess(shared.ask()),
            new LiveBridge.Limits(
                settings.socketsPerUser(),
                settings.addressesPerSocket(),
                BYTES_ON_THEIR_WAY,
                MAX_SOCKETS),
            RefusalCounter.of(shared.node().meters(), "sockets"),
            shared.node().clock()::realNow);
    Context own = vertx.getOrCreateContext();
    shared.health().whenDraining(() -> own.runOnContext(v -> bridge.closeAll()));
    AllowedMethods methods = new AllowedMethods(shared.contract().api());
    CommonHeaders headers = new CommonHeaders(shared.node().clock());
    ProblemWriter problems = new ProblemWriter(methods, headers, shared.badConnections());
    Router router = router(tokens, problems, methods, headers);
    vertx.setPeriodic(
        1_000,
        timer -> {
          connections.sweep();
          bridge.sweep();
        });
    Certificates certificates =
        settings.tlsCertificate() == null || settings.tlsKey() == null
            ? null
            : new Certificates(settings.tlsCertificate(), settings.tlsKey());
    HttpServerOptions options = options(settings);
    if (certificates != null) {
      certificates.addTo(options);
    }
    Counter oneSided = RefusalCounter.of(shared.node().meters(), "connections");
    server =
        vertx
            .createHttpServer(options)
            .connectionHandler(
                connection -> {
                  Channel channel = Channels.of(connection);
                  listenSocket.connectionOpened(channel);
                  shared.connectionLimits().opened(channel);
                  channel.pipeline().addFirst(new UnreadResponseGuard(oneSided));
                  PeerErrors.handleOn(channel, shared.badConnections());
                  connections.opened(connection, channel);
                })
            .invalidRequestHandler(problems::handleInvalid)
            .requestHandler(OptionsRoute.orElse(headers, HeadRequest.asGet(router)));
    return server
        .listen()
        .onSuccess(
            listens -> {
              if (certificates != null) {
                certificates.keepFresh(vertx, server, settings.tlsReload().toMillis());
              }
              listening.handle(listens.actualPort());
            });
  }

  /** Accepts no more connections and lets requests in progress finish. */
  @Override
  public Future<?> stop() {
    shared.health().drain();
    bridge.closeAll();
    return listenSocket
        .stopAccepting(vertx)
        .eventually(() -> server.shutdown(DRAIN.toMillis(), TimeUnit.MILLISECONDS));
  }

  private Router router(
      TokenVerifier tokens, ProblemWriter problems, AllowedMethods methods, CommonHeaders headers) {
    HttpSettings settings = shared.settings();
    Router router = Router.router(vertx);
    OriginPolicy origins =
        new OriginPolicy(settings.publicUrl(), settings.allowedOrigins(), shared.node().testMode());
    router.route().handler(headers);
    router.route().handler(origins::share);
    router
        .route()
        .handler(
            new RequestGate(
                connections,
                shared.connectionLimits(),
                shared.inFlight(),
                RefusalCounter.of(shared.node().meters(), "http"),
                settings.maxInFlight(),
                shared.health(),
                settings.publicUrl().startsWith("https:")))
        .failureHandler(problems);
    if (shared.node().testMode() && !settings.insecureTestMode()) {
      router.route().handler(AllowedHosts.ofTestMode(settings));
    }
    for (int status : new int[] {400, 404, 405, 500}) {
      router.errorHandler(status, problems);
    }
    RequestAdmission admission =
        new RequestAdmission(shared.node().testMode(), shared.rateLimits(), settings);
    ClientAddress addresses = shared.addresses();
    UnmatchedRequests uncontracted = new UnmatchedRequests(admission, addresses, methods);
    router.route().handler(uncontracted);
    new WebhookRoutes(shared.ask(), connections).addTo(router);
    router.route(Contract.PREFIX + "/*").handler(origins);
    router.route(LiveBridge.PATH + "*").handler(origins);
    router.route(LiveBridge.PATH + "*").subRouter(bridge.router());
    router.route(Contract.PREFIX + "/*").subRouter(api(tokens, admission, addresses));
    router.route(Contract.PREFIX + "/*").handler(new OptionsRoute(methods, router));
    router.route(Contract.PREFIX + "/*").handler(uncontracted::refuse);
    new HealthRoutes(shared.health()).addTo(router);
    shared.pages().addTo(router);
    if (shared.node().testMode()) {
      new MailboxPage(shared.ask()).addTo(router);
    }
    router.route().handler(new OptionsRoute(methods, router));
    return router;
  }

  private Router api(TokenVerifier tokens, RequestAdmission admission, ClientAddress addresses) {
    RouterBuilder builder =
        RouterBuilder.create(vertx, shared.contract().api(), RequestExtractor.withBodyHandler());
    HttpSettings settings = shared.settings();
    new Pipeline(
            tokens,
            shared.endedSessions(),
            addresses,
            shared.repetition(),
            admission,
            connections,
            new RequestTimers(shared.node().meters()),
            shared.contract().access(),
            settings.requestTimeout(),
            settings.maxBodyBytes())
        .register(builder, shared.contract().api(), shared.routes());
    return builder.createRouter();
  }

  private static HttpServerOptions options(HttpSettings settings) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(settings.host())
            // Servers that ask for the same negative port share one free port.
            .setPort(settings.port() == 0 ? -1 : settings.port())
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxInitialLineLength(MAX_LINE_BYTES)
            .setHttp2ClearTextEnabled(false)
            .setMaxWebSocketFrameSize(settings.socketFrameBytes())
            .setMaxWebSocketMessageSize(settings.socketFrameBytes())
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setWebSocketClosingTimeout(5);
    return options;
  }
}
