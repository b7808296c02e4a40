package io.classbell.platform.outgoing;

import io.classbell.platform.log.LogThrottle;
import io.classbell.platform.outgoing.OutgoingResult.Answered;
import io.classbell.platform.outgoing.OutgoingResult.NotSent;
import io.classbell.platform.outgoing.OutgoingResult.Unknown;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends HTTP requests to providers. Redirects are not followed and responses are not decompressed.
 * Only https is allowed; in test mode also http to loopback addresses.
 *
 * <p>It uses the core HTTP client rather than the web client, because only the former tells a
 * failure to connect, which is safe to repeat, from a failure after the request was sent.
 *
 * <p>Logs and metrics contain the provider, the operation and the outcome, but no URL, header or
 * body. Connections are pooled by host, so that a slow provider does not delay others. Safe for use
 * from any thread; futures complete on the caller's context.
 */
public final class OutgoingClient {
  private static final Logger LOG = LoggerFactory.getLogger(OutgoingClient.class);
  private static final Duration LOG_EVERY = Duration.ofSeconds(10);

  /** Connections to a host, and requests that wait for one. */
  private static final int MOST_CONNECTIONS = 32;

  private static final int MOST_WAITING = 256;

  /**
   * Shorter than the usual limits of servers: a request on a connection that the server has just
   * closed is of unknown outcome.
   */
  private static final int KEEP_ALIVE_SECONDS = 15;

  private final Vertx vertx;
  private final Supplier<Instant> realNow;
  private final MeterRegistry meters;
  private final OutgoingTargets targets;
  private final HttpClient http;
  private final ConcurrentMap<String, LogThrottle> throttles = new ConcurrentHashMap<>();

  /**
   * @param realNow the real time, for dates in {@code Retry-After}
   * @param testMode whether http to loopback addresses is allowed
   */
  public OutgoingClient(
      Vertx vertx, Supplier<Instant> realNow, MeterRegistry meters, boolean testMode) {
    this(
        vertx,
        realNow,
        meters,
        new OutgoingTargets(vertx, testMode, InetAddress::getAllByName),
        new HttpClientOptions());
  }

  OutgoingClient(
      Vertx vertx,
      Supplier<Instant> realNow,
      MeterRegistry meters,
      OutgoingTargets targets,
      HttpClientOptions options) {
    this.vertx = vertx;
    this.realNow = realNow;
    this.meters = meters;
    this.targets = targets;
    this.http =
        vertx.createHttpClient(
            options
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setDecompressionSupported(false)
                .setVerifyHost(true),
            new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS).setMaxWaitQueueSize(MOST_WAITING));
  }

  /**
   * Sends a request, with retries as its policy says. The future always succeeds, about the
   * request's deadline at the latest.
   */
  public Future<OutgoingResult> send(OutgoingRequest request) {
    long endsAt = System.nanoTime() + request.deadline().toNanos();
    return attempts(request, 1, false, endsAt).onSuccess(result -> report(request, result));
  }

  /** Closes all connections. */
  public Future<Void> close() {
    return http.close();
  }

  private Future<OutgoingResult> attempts(
      OutgoingRequest request, int attempt, boolean maybeEarlier, long endsAt) {
    return attempt(request, endsAt)
        .compose(
            latest -> {
              OutgoingResult total = total(latest, attempt, maybeEarlier);
              Duration wait = waitAfter(request, latest, attempt);
              if (wait == null || System.nanoTime() + wait.toNanos() - endsAt >= 0) {
                return Future.succeededFuture(total);
              }
              return vertx
                  .timer(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS)
                  .compose(
                      v ->
                          attempts(
                              request,
                              attempt + 1,
                              maybeEarlier || maybeHadEffect(latest),
                              endsAt));
            });
  }

  /** The result of all attempts so far. */
  private static OutgoingResult total(OutgoingResult latest, int attempt, boolean maybeEarlier) {
    return switch (latest) {
      case Answered a -> new Answered(a.status(), a.headers(), a.body(), attempt, maybeEarlier);
      case NotSent n when maybeEarlier -> new Unknown(n.reason(), attempt);
      case NotSent n -> new NotSent(n.reason(), attempt);
      case Unknown u -> new Unknown(u.reason(), attempt);
    };
  }

  /** A server error says nothing about what was done before it. */
  private static boolean maybeHadEffect(OutgoingResult latest) {
    return switch (latest) {
      case Answered a -> a.status() >= 500;
      case NotSent n -> false;
      case Unknown u -> true;
    };
  }

  /** The wait before the next attempt; null if this was the last one. */
  private @Nullable Duration waitAfter(
      OutgoingRequest request, OutgoingResult latest, int attempt) {
    if (!request.retry().retries(latest, attempt)) {
      return null;
    }
    Duration wait = request.retry().waitAfter(attempt, ThreadLocalRandom.current().nextDouble());
    Duration requested = latest instanceof Answered a ? a.retryAfter(realNow.get()) : null;
    return requested != null && requested.compareTo(wait) > 0 ? requested : wait;
  }

  private Future<OutgoingResult> attempt(OutgoingRequest request, long endsAt) {
    long started = System.nanoTime();
    long limit = Math.min(endsAt - started, request.attemptTimeout().toNanos());
    long attemptEndsAt = started + Math.max(limit, TimeUnit.MILLISECONDS.toNanos(1));
    return targets
        .check(request, left(attemptEndsAt))
        .compose(address -> http.request(options(request, address, attemptEndsAt)))
        .transform(
            connected ->
                connected.succeeded()
                    ? OutgoingExchange.run(vertx, connected.result(), request, left(attemptEndsAt))
                    : Future.succeededFuture(
                        new NotSent(OutgoingExchange.reason(connected.cause()), 1)))
        .onSuccess(result -> measure(request, result, System.nanoTime() - started));
  }

  private static Duration left(long endsAt) {
    return Duration.ofMillis(
        Math.max(1, TimeUnit.NANOSECONDS.toMillis(endsAt - System.nanoTime())));
  }

  private static RequestOptions options(
      OutgoingRequest request, Optional<SocketAddress> address, long endsAt) {
    URI uri = request.uri();
    boolean tls = uri.getScheme().equalsIgnoreCase("https");
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(uri.getHost())
            .setPort(OutgoingTargets.port(uri))
            .setSsl(tls)
            .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
            .setFollowRedirects(false)
            .setConnectTimeout(left(endsAt).toMillis())
            .putHeader("User-Agent", "Classbell");
    address.ifPresent(options::setServer);
    request.headers().forEach(options::putHeader);
    return options;
  }

  private void measure(OutgoingRequest request, OutgoingResult result, long nanos) {
    String outcome =
        switch (result) {
          case Answered a -> a.status() / 100 + "xx";
          case NotSent n -> "not_sent";
          case Unknown u -> "unknown";
        };
    Timer.builder("classbell.outgoing.time")
        .description("Time that an attempt of a request to a provider took")
        .tag("provider", request.provider())
        .tag("operation", request.operation())
        .tag("outcome", outcome)
        .register(meters)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private void report(OutgoingRequest request, OutgoingResult result) {
    switch (result) {
      case Answered a ->
          LOG.debug("{} {}: {}", request.provider(), request.operation(), a.status());
      case NotSent n -> warn(request, "The request could not be sent: " + n.reason());
      case Unknown u -> warn(request, "The outcome is unknown: " + u.reason());
    }
  }

  private void warn(OutgoingRequest request, String what) {
    LogThrottle throttle =
        throttles.computeIfAbsent(request.provider(), provider -> new LogThrottle(LOG_EVERY));
    if (throttle.isDue()) {
      LOG.warn("{} {}: {}", request.provider(), request.operation(), what);
    } else {
      LOG.debug("{} {}: {}", request.provider(), request.operation(), what);
    }
  }
}
