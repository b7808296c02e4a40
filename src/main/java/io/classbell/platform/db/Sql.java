package io.classbell.platform.db;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Blocking execution of SQL statements on a virtual thread. Row counts are <em>matched</em> rows
 * (the client's default), so they do not tell whether a row was new or changed.
 */
public class Sql {
  private static final Instant EARLIEST = Instant.parse("1000-01-01T00:00:00Z");
  private static final Instant TOO_LATE = Instant.parse("+10000-01-01T00:00:00Z");

  private final SqlClient client;

  Sql(SqlClient client) {
    this.client = client;
  }

  /** Returns all rows, mapped. */
  public <T> List<T> list(String sql, Function<Row, T> mapper, @Nullable Object... parameters) {
    List<T> list = new ArrayList<>();
    for (Row row : run(sql, parameters)) {
      list.add(mapper.apply(row));
    }
    return list;
  }

  /** Returns the first row, mapped, or null if there is none. */
  public <T> @Nullable T first(
      String sql, Function<Row, T> mapper, @Nullable Object... parameters) {
    for (Row row : run(sql, parameters)) {
      return mapper.apply(row);
    }
    return null;
  }

  /** Returns the number of rows that were matched. */
  public int execute(String sql, @Nullable Object... parameters) {
    return run(sql, parameters).rowCount();
  }

  /** Starts a statement without waiting for it, for code on event loops. */
  public Future<RowSet<Row>> start(String sql, @Nullable Object... parameters) {
    Tuple tuple = Tuple.tuple();
    for (Object parameter : parameters) {
      tuple.addValue(parameter instanceof Instant instant ? utc(instant) : parameter);
    }
    return client.preparedQuery(sql).execute(tuple);
  }

  RowSet<Row> run(String sql, @Nullable Object... parameters) {
    return start(sql, parameters).await();
  }

  /** Whether a DATETIME can store the instant and a statement can compare with it. */
  public static boolean isStorable(Instant instant) {
    return !instant.isBefore(EARLIEST) && instant.isBefore(TOO_LATE);
  }

  /** Converts an instant to DATETIME(3): UTC, milliseconds. */
  public static LocalDateTime utc(Instant instant) {
    return LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MILLIS), ZoneOffset.UTC);
  }

  /** Reads a DATETIME(3) that is never null. */
  public static Instant instant(Row row, String column) {
    return row.getLocalDateTime(column).toInstant(ZoneOffset.UTC);
  }

  /** Reads a DATETIME(3) that may be null. */
  public static @Nullable Instant instantOrNull(Row row, String column) {
    LocalDateTime value = row.getLocalDateTime(column);
    return value == null ? null : value.toInstant(ZoneOffset.UTC);
  }
}
