package io.classbell.http.auth;

import io.classbell.account.api.AccountApi;
import io.classbell.http.call.ModuleClient;
import io.classbell.platform.time.PlatformClock;
import io.vertx.core.Vertx;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Updates this node's {@link EndedSessions}: subscribes to events of the account module and polls
 * every two seconds, in case an event was lost.
 */
public final class SessionFeed {

  private static final Logger LOG = LoggerFactory.getLogger(SessionFeed.class);
  private static final long POLL_MILLIS = 2_000;

  /**
   * Polls overlap by this time, because a session that ended before the last poll may have been
   * committed after it.
   */
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
                LOG.warn(
                    "Ended sessions could not be loaded; trying again in 2 s: {}",
                    done.cause().getMessage());
              }
            });
  }
}
