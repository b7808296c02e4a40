package io.classbell.platform.redis;

/** Redis answered a command with an error; the message is the server's, its code first. */
public final class RedisErrorReply extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RedisErrorReply(String message) {
    super(message, null, false, false);
  }
}
