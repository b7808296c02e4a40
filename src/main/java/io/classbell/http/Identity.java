package io.classbell.http;

import io.classbell.platform.bus.Caller;

/**
 * Who asks, as a verified access token says.
 *
 * @param sessionId the session that the token came from; it may have ended since
 * @param expiresAt seconds since the epoch, real time
 */
record Identity(Caller caller, String sessionId, long expiresAt) {

  String userId() {
    return caller.userId();
  }
}
