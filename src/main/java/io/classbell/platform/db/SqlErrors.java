package io.classbell.platform.db;

import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.mysqlclient.MySQLException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the database's errors mean for us. Codes: the MySQL and MariaDB server error references. */
public final class SqlErrors {
  /**
   * Deadlock, lock wait time-out, record changed since last read: the transaction may be run again.
   */
  private static final Set<Integer> CONTENDED = Set.of(1213, 1205, 1020);

  /** Too many connections, server shutting down, read-only, killed, crashed table cache. */
  private static final Set<Integer> UNAVAILABLE =
      Set.of(1040, 1053, 1290, 1317, 1927, 1836, 2006, 2013);

  private static final int DUPLICATE = 1062;
  private static final Pattern KEY = Pattern.compile("for key '(?:[^'.]*\\.)?([^']+)'");

  /** Whether running the whole transaction again can help. */
  public static boolean contended(Throwable t) {
    return t instanceof MySQLException e && CONTENDED.contains(e.getErrorCode());
  }

  /** Whether the database, not the statement, is at fault. */
  public static boolean unavailable(Throwable t) {
    return t instanceof ClosedConnectionException
        || t instanceof IOException
        || t instanceof ConnectionPoolTooBusyException
        || t instanceof java.util.concurrent.TimeoutException
        || (t instanceof MySQLException e && UNAVAILABLE.contains(e.getErrorCode()))
        || (t instanceof VertxException && !(t instanceof MySQLException))
        || (t.getCause() != null && t.getCause() != t && unavailable(t.getCause()));
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
