package io.classbell.platform.db;

/** Thrown when no connection to the database is available. */
final class DatabaseUnreachable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatabaseUnreachable(Throwable cause) {
    super("No connection to the database: " + cause.getMessage(), cause);
  }
}
