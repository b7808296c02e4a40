package io.classbell.platform.db;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Statements outside of transactions. Where a connection that was idle proves to be lost, a SELECT
 * is asked once more; it changes nothing.
 */
final class Reads extends Sql {

  private final LongAdder refused;

  /**
   * @param refused counts the statements for which there was no database
   */
  Reads(SqlClient pool, LongAdder refused) {
    super(pool);
    this.refused = refused;
  }

  @Override
  public Future<RowSet<Row>> start(String sql, @Nullable Object... parameters) {
    return super.start(sql, parameters)
        .recover(
            t ->
                SqlErrors.unavailable(t) && sql.startsWith("SELECT")
                    ? super.start(sql, parameters)
                    : Future.failedFuture(t))
        .recover(
            t -> {
              if (!SqlErrors.unavailable(t) && !SqlErrors.contended(t)) {
                return Future.failedFuture(t);
              }
              refused.increment();
              return Future.failedFuture(SqlErrors.refused(t));
            });
  }
}
