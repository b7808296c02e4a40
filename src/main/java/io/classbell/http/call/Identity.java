package io.classbell.http.call;

import io.classbell.platform.bus.Caller;

/**
 * The caller according to a verified access token.
 *
 * @param sessionId the session of the token; it may have ended since the token was issued
 * @param expiresAt seconds since the epoch, real time
 */
public record Identity(Caller caller, String sessionId, long expiresAt) {

  public String userId() {
    return caller.userId();
  }
}
