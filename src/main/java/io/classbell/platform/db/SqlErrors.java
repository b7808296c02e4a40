package io.classbell.platform.db;

import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.vertx.core.VertxException;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.mysqlclient.MySQLException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Classifies database errors by their codes (MySQL and MariaDB server error references). */
public final class SqlErrors {
  /**
   * Deadlock, lock wait timeout, record changed since last read: the transaction may be run again.
   */
  private static final Set<Integer> CONTENDED = Set.of(1213, 1205, 1020);

  /**
   * Too many connections, server shutting down, network errors, read-only, killed, idle too long.
   */
  private static final Set<Integer> UNAVAILABLE =
      Set.of(1040, 1053, 1129, 1158, 1159, 1160, 1161, 1203, 1226, 1290, 1317, 1836, 1927, 4031);

  /**
   * The server's disk is full: EE_WRITE, EE_DISK_FULL, ER_DISK_FULL, ER_ERROR_ON_WRITE,
   * ER_RECORD_FILE_FULL. InnoDB reports a full tablespace or disk as the last of them.
   */
  private static final Set<Integer> FULL = Set.of(3, 20, 1021, 1026, 1114);

  /** Errors of the storage engine that name the operating system's ENOSPC or EDQUOT. */
  private static final Set<Integer> ENGINE = Set.of(1030, 1180, 1296);

  private static final Pattern NO_SPACE =
      Pattern.compile("(?:error|errno:?|error code:?) (?:28|122)\\b|No space left");

  private static final int DUPLICATE = 1062;
  private static final Pattern KEY = Pattern.compile("for key '(?:[^'.]*\\.)?([^']+)'");

  /** Whether running the whole transaction again may help. */
  public static boolean contended(Throwable t) {
    return t instanceof MySQLException e && CONTENDED.contains(e.getErrorCode());
  }

  /** Whether the database is unavailable, so that the statement is not at fault. */
  public static boolean unavailable(Throwable t) {
    return switch (t) {
      case MySQLException e -> UNAVAILABLE.contains(e.getErrorCode()) || full(e);
      case ReplyException e -> false;
      case DatabaseUnreachable e -> true;
      case ClosedConnectionException e -> true;
      case IOException e -> true;
      case TimeoutException e -> true;
      // Errors of the connection pool: too busy, timed out, closed; or a lost connection.
      case VertxException e -> true;
      default -> false;
    };
  }

  /** Whether the database has no disk space left. */
  public static boolean full(Throwable t) {
    return t instanceof MySQLException e
        && (FULL.contains(e.getErrorCode())
            || (ENGINE.contains(e.getErrorCode())
                && NO_SPACE.matcher(String.valueOf(e.getMessage())).find()));
  }

  /** Returns the rejection for an unavailable or full database. */
  static RejectedException refused(Throwable t) {
    return new RejectedException(
        new Rejection(
            503,
            contended(t) ? Database.CONTENDED : "database_unavailable",
            "The database cannot take this now. Try again.",
            true,
            1,
            null));
  }

  /** Returns the name of the violated unique key, or null for any other error. */
  public static @Nullable String duplicateKey(Throwable t) {
    if (!(t instanceof MySQLException e) || e.getErrorCode() != DUPLICATE) {
      return null;
    }
    Matcher matcher = KEY.matcher(String.valueOf(e.getMessage()));
    return matcher.find() ? matcher.group(1) : "";
  }

  private SqlErrors() {}
}
