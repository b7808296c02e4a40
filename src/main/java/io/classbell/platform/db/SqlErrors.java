package io.classbell.platform.db;

import io.classbell.platform.bus.Failure;
import io.classbell.platform.bus.Refused;
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

/** What the database's errors mean for us. Codes: the MySQL and MariaDB server error references. */
public final class SqlErrors {
  /**
   * Deadlock, lock wait time-out, record changed since last read: the transaction may be run again.
   */
  private static final Set<Integer> CONTENDED = Set.of(1213, 1205, 1020);

  /**
   * Too many connections, server shutting down, network errors, read-only, killed, idle too long.
   */
  private static final Set<Integer> UNAVAILABLE =
      Set.of(1040, 1053, 1129, 1158, 1159, 1160, 1161, 1203, 1226, 1290, 1317, 1836, 1927, 4031);

  private static final int DUPLICATE = 1062;
  private static final Pattern KEY = Pattern.compile("for key '(?:[^'.]*\\.)?([^']+)'");

  /** Whether running the whole transaction again can help. */
  public static boolean contended(Throwable t) {
    return t instanceof MySQLException e && CONTENDED.contains(e.getErrorCode());
  }

  /** Whether the database, not the statement, is at fault. */
  public static boolean unavailable(Throwable t) {
    return switch (t) {
      case MySQLException e -> UNAVAILABLE.contains(e.getErrorCode());
      case ReplyException e -> false;
      case Unreachable e -> true;
      case ClosedConnectionException e -> true;
      case IOException e -> true;
      case TimeoutException e -> true;
      // The pool's own: too busy, timed out, closed; a connection that is gone.
      case VertxException e -> true;
      default -> false;
    };
  }

  /** What a caller is told of either. */
  static Refused refused(Throwable t) {
    return new Refused(
        new Failure(
            503,
            contended(t) ? Database.CONTENDED : "database_unavailable",
            "The database cannot take this now. Try again.",
            true,
            1,
            null));
  }

  /** The name of the unique key that was violated, or null where that is not the error. */
  public static @Nullable String duplicateKey(Throwable t) {
    if (!(t instanceof MySQLException e) || e.getErrorCode() != DUPLICATE) {
      return null;
    }
    Matcher matcher = KEY.matcher(String.valueOf(e.getMessage()));
    return matcher.find() ? matcher.group(1) : "";
  }

  private SqlErrors() {}
}
