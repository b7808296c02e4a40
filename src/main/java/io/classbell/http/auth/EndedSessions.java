package io.classbell.http.auth;

import io.classbell.http.call.Identity;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sessions that ended before their access tokens expired: by logout, a new password, disabling of
 * the account or reuse of a refresh token. One instance per node. Events of the account module and
 * a poll update it, so a lost event delays the effect by seconds only. Entries are dropped when all
 * tokens of the session have expired.
 */
public final class EndedSessions {

  private final long longestTokenSeconds;
  private final Map<String, Long> forgetAt = new ConcurrentHashMap<>();

  /**
   * @param longestTokenSeconds lifetime of an access token plus the tolerated clock difference
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

  /** Drops sessions whose tokens have all expired. */
  void forget(long nowSeconds) {
    forgetAt.values().removeIf(at -> at < nowSeconds);
  }

  public int size() {
    return forgetAt.size();
  }
}
