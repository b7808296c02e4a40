package io.classbell.platform.db;

/** The connection was lost while committing: the transaction may or may not have taken effect. */
public final class CommitUnknown extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommitUnknown(Throwable cause) {
    super("commit outcome unknown: " + cause.getMessage(), cause);
  }
}
