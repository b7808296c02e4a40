package io.classbell.http;

/**
 * Who asks, as a verified access token says.
 *
 * @param sessionId the session that the token came from; it may have ended since
 * @param issuedAt seconds since the epoch, real time
 * @param expiresAt seconds since the epoch, real time
 */
record Identity(String userId, Role role, String sessionId, long issuedAt, long expiresAt) {}
