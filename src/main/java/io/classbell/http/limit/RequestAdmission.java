package io.classbell.http.limit;

import io.classbell.http.api.HttpSettings;
import io.classbell.http.call.Identity;
import io.classbell.http.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * Applies rate limits to requests and adds the headers {@code RateLimit-Policy} and {@code
 * RateLimit} (draft-ietf-httpapi-ratelimit-headers). In test mode only explicitly configured limits
 * apply.
 */
public final class RequestAdmission {

  static final String POLICY = "RateLimit-Policy";
  static final String STATE = "RateLimit";

  private static final int REQUESTS = 1_200;
  private static final int REGISTRATIONS = 60;

  private final RateLimits limits;
  private final RateLimits.Rule requests;
  private final RateLimits.Rule registrations;

  public RequestAdmission(boolean testMode, RateLimits limits, HttpSettings settings) {
    this.limits = limits;
    this.requests =
        new RateLimits.Rule(
            "requests", limit(settings.requestsPerMinutePerAddress(), testMode, REQUESTS), 60);
    this.registrations =
        new RateLimits.Rule(
            "registrations",
            limit(settings.registrationsPerHourPerAddress(), testMode, REGISTRATIONS),
            3_600);
  }

  private static int limit(@Nullable Integer setting, boolean testMode, int usual) {
    return setting != null ? setting : testMode ? 0 : usual;
  }

  /**
   * Counts a request before its body is read.
   *
   * @param bearer the caller; null without a token or with an invalid one
   */
  public Future<Void> admit(
      @Nullable Identity bearer, String address, HttpServerResponse response) {
    return count(requests, bearer == null ? "a:" + address : "u:" + bearer.userId(), response);
  }

  /** Counts a registration attempt. */
  public Future<Void> admitRegistration(String address, HttpServerResponse response) {
    return count(registrations, address, response);
  }

  private Future<Void> count(RateLimits.Rule rule, String who, HttpServerResponse response) {
    return limits
        .count(rule, who)
        .compose(
            quota -> {
              if (quota == null) {
                return Future.succeededFuture();
              }
              tell(rule, quota, response);
              return quota.isSpent()
                  ? Future.failedFuture(
                      Problem.later(
                          429,
                          "too_many_requests",
                          "Too many %s from here. Try again in %d s."
                              .formatted(rule.name(), quota.secondsLeft()),
                          quota.secondsLeft()))
                  : Future.succeededFuture();
            });
  }

  private static void tell(
      RateLimits.Rule rule, RateLimits.Quota quota, HttpServerResponse response) {
    if (response.headWritten()) {
      return;
    }
    MultiMap headers = response.headers();
    String name = '"' + rule.name() + '"';
    addItem(headers, POLICY, name + ";q=" + rule.limit() + ";w=" + rule.windowSeconds());
    addItem(headers, STATE, name + ";r=" + quota.remaining() + ";t=" + quota.secondsLeft());
  }

  private static void addItem(MultiMap headers, String name, String item) {
    String before = headers.get(name);
    headers.set(name, before == null ? item : before + ", " + item);
  }
}
