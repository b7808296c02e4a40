package io.classbell.http.auth;

import io.classbell.http.call.Identity;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sessions that ended before their tokens did: by logout, by a new password, by disabling, by a
 * refresh token shown twice. One of it a node; the account module's events and a poll feed it, so
 * that a lost event costs seconds and not the promise. Entries go when no token of theirs can be
 * good any more.
 */
public final class EndedSessions {

  private final long longestTokenSeconds;
  private final Map<String, Long> forgetAt = new ConcurrentHashMap<>();

  /**
   * @param longestTokenSeconds life time of an access token with its leeway
   */
  public EndedSessions(long longestTokenSeconds) {
    this.longestTokenSeconds = longestTokenSeconds;
  }

  public void ended(String sessionId, long nowSeconds) {
    forgetAt.put(sessionId, nowSeconds + longestTokenSeconds);
  }

  public boolean hasEnded(Identity identity) {
    return forgetAt.containsKey(identity.sessionId());
  }

  /** Drops what no token can match any more. */
  void forget(long nowSeconds) {
    forgetAt.values().removeIf(at -> at < nowSeconds);
  }

  public int size() {
    return forgetAt.size();
  }
}
