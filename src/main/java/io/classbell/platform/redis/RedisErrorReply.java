package io.classbell.platform.redis;

/**
 * Thrown when Redis replies to a command with an error; the message is the server's and begins with
 * its code.
 */
public final class RedisErrorReply extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RedisErrorReply(String message) {
    super(message, null, false, false);
  }
}
