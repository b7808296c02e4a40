package io.classbell.platform.db;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Statements outside of transactions. If an idle connection turns out to be lost, a SELECT is sent
 * once more, which is safe because it changes nothing.
 */
final class Reads extends Sql {

  private final LongAdder refused;

  /**
   * @param refused counts the statements for which the database was unavailable
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
