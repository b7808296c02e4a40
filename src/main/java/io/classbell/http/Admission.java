package io.classbell.http;

import io.vertx.core.Future;

/** Whether a request comes too often. Test mode lets in everything that the modules let in. */
final class Admission {

  private static final Future<Void> IN = Future.succeededFuture();

  private final boolean testMode;
  private final RateLimits limits;
  private final RateLimits.Rule requests;
  private final RateLimits.Rule registrations;

  Admission(boolean testMode, RateLimits limits, HttpSettings settings) {
    this.testMode = testMode;
    this.limits = limits;
    this.requests = new RateLimits.Rule("requests", settings.requestsPerMinutePerAddress(), 60);
    this.registrations =
        new RateLimits.Rule("registrations", settings.registrationsPerHourPerAddress(), 3_600);
  }

  Future<Void> admit(Call call) {
    if (testMode) {
      return IN;
    }
    Identity bearer = call.bearer();
    Future<Void> counted =
        limits.count(requests, bearer == null ? "a:" + call.address() : "u:" + bearer.userId());
    return call.operation().equals("register")
        ? counted.compose(in -> limits.count(registrations, call.address()))
        : counted;
  }
}
