package io.classbell.platform.db;

/** No connection to the database can be had. */
final class DatabaseUnreachable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatabaseUnreachable(Throwable cause) {
    super("no connection to the database: " + cause.getMessage(), cause);
  }
}
