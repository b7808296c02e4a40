package io.classbell.http;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

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

  /**
   * Counts a request before anything but its head is looked at.
   *
   * @param bearer null for nobody, and for who shows a token that is no good
   */
  Future<Void> admit(@Nullable Identity bearer, String address) {
    return testMode
        ? IN
        : limits.count(requests, bearer == null ? "a:" + address : "u:" + bearer.userId());
  }

  /** Counts a registration that can be tried. */
  Future<Void> admitRegistration(String address) {
    return testMode ? IN : limits.count(registrations, address);
  }
}
