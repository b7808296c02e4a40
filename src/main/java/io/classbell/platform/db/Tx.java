package io.classbell.platform.db;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open transaction. Any SQL error fails it whole (a lock wait, 1205, rolls back its statement
 * only: who went on after it would commit half a transfer), also where it is caught.
 */
public final class Tx extends Sql {
  private static final Logger LOG = LoggerFactory.getLogger(Tx.class);

  private final List<Runnable> afterCommit = new ArrayList<>();
  private @Nullable RuntimeException failure;

  Tx(SqlClient client) {
    super(client);
  }

  /** Runs once the transaction is known to be committed; not at all otherwise. */
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  @Override
  RowSet<Row> run(String sql, @Nullable Object... parameters) {
    requireIntact();
    try {
      return super.run(sql, parameters);
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  /** Throws the error again that a statement has failed with. */
  void requireIntact() {
    if (failure != null) {
      throw failure;
    }
  }

  /** What was committed stays so, whatever follows it. */
  void committed() {
    for (Runnable action : afterCommit) {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.error("what was to follow a commit failed", e);
      }
    }
  }
}
