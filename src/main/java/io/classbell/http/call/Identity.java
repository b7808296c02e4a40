package io.classbell.http.call;

import io.classbell.platform.bus.Caller;

/**
 * Who asks, as a verified access token says.
 *
 * @param sessionId the session that the token came from; it may have ended since
 * @param expiresAt seconds since the epoch, real time
 */
public record Identity(Caller caller, String sessionId, long expiresAt) {

  public String userId() {
    return caller.userId();
  }
}
