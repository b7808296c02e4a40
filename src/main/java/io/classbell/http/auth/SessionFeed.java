package io.classbell.http.auth;

import io.classbell.account.api.AccountApi;
import io.classbell.http.call.ModuleClient;
import io.classbell.platform.time.PlatformClock;
import io.vertx.core.Vertx;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's ended sessions up to date: by the account module's events, and by asking every
 * two seconds for what an event that got lost would have told.
 */
public final class SessionFeed {

  private static final Logger LOG = LoggerFactory.getLogger(SessionFeed.class);
  private static final long POLL_MILLIS = 2_000;

  /** Ends that are committed late have an instant that lies a little behind the last poll's. */
  private static final long OVERLAP_SECONDS = 10;

  private final Vertx vertx;
  private final ModuleClient ask;
  private final EndedSessions ended;
  private final PlatformClock clock;
  private Instant since;
  private boolean asking;

  public SessionFeed(
      Vertx vertx,
      ModuleClient ask,
      EndedSessions ended,
      PlatformClock clock,
      long longestTokenSeconds) {
    this.vertx = vertx;
    this.ask = ask;
    this.ended = ended;
    this.clock = clock;
    this.since = clock.realNow().minusSeconds(longestTokenSeconds);
  }

  public void start() {
    poll();
    vertx.setPeriodic(POLL_MILLIS, timer -> poll());
  }

  void heard(AccountApi.Ended event) {
    long now = clock.realNow().getEpochSecond();
    event.sessionIds().forEach(session -> ended.ended(session, now));
  }

  private void poll() {
    ended.forget(clock.realNow().getEpochSecond());
    if (asking) {
      return;
    }
    asking = true;
    ask.of(AccountApi.ENDED_SINCE, new AccountApi.EndedSince(since))
        .onComplete(
            done -> {
              asking = false;
              if (done.succeeded()) {
                heard(done.result());
                since = done.result().asOf().minusSeconds(OVERLAP_SECONDS);
              } else {
                LOG.warn("ended sessions could not be asked for: {}", done.cause().getMessage());
              }
            });
  }
}
