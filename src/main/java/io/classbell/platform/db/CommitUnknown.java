package io.classbell.platform.db;

/**
 * Thrown when the connection is lost during the commit: the transaction may or may not have taken
 * effect.
 */
public final class CommitUnknown extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommitUnknown(Throwable cause) {
    super("The outcome of the commit is unknown: " + cause.getMessage(), cause);
  }
}
