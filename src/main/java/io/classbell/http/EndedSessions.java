package io.classbell.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sessions that ended before their tokens did: by logout, by a new password, by disabling, by a
 * refresh token shown twice. One of it a node; the account module's events and a poll feed it, so
 * that a lost event costs seconds and not the promise. Entries go when no token of theirs can be
 * good any more.
 */
final class EndedSessions {

  private record End(long forgetAt) {}

  private record NotBefore(long issuedAt, long forgetAt) {}

  private final long longestTokenSeconds;
  private final Map<String, End> sessions = new ConcurrentHashMap<>();
  private final Map<String, NotBefore> users = new ConcurrentHashMap<>();

  /**
   * @param longestTokenSeconds life time of an access token with its leeway
   */
  EndedSessions(long longestTokenSeconds) {
    this.longestTokenSeconds = longestTokenSeconds;
  }

  /** One session ended. */
  void sessionEnded(String sessionId, long nowSeconds) {
    sessions.put(sessionId, new End(nowSeconds + longestTokenSeconds));
  }

  /** Every token of the user that was issued before this second is void. */
  void userEnded(String userId, long beforeSeconds, long nowSeconds) {
    users.merge(
        userId,
        new NotBefore(beforeSeconds, nowSeconds + longestTokenSeconds),
        (a, b) -> a.issuedAt >= b.issuedAt ? a : b);
  }

  boolean hasEnded(Identity identity) {
    if (sessions.containsKey(identity.sessionId())) {
      return true;
    }
    NotBefore notBefore = users.get(identity.userId());
    return notBefore != null && identity.issuedAt() < notBefore.issuedAt;
  }

  /** Drops what no token can match any more. */
  void forget(long nowSeconds) {
    sessions.values().removeIf(end -> end.forgetAt < nowSeconds);
    users.values().removeIf(notBefore -> notBefore.forgetAt < nowSeconds);
  }

  int size() {
    return sessions.size() + users.size();
  }
}
