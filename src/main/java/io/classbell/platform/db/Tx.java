package io.classbell.platform.db;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open transaction. Any SQL error fails the whole transaction, even if it is caught. A lock wait
 * timeout (1205), for example, rolls back only its statement: continuing after it would commit half
 * a transfer.
 */
public final class Tx extends Sql {
  private static final Logger LOG = LoggerFactory.getLogger(Tx.class);

  private final List<Runnable> afterCommit = new ArrayList<>();
  private final List<Future<?>> written = new ArrayList<>();
  private @Nullable Throwable failure;

  Tx(SqlClient client) {
    super(client);
  }

  /** Registers an action that runs after the transaction has committed, and not if it fails. */
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  /**
   * Sends a statement without waiting for its result. It executes in order with the statements
   * before and after it. If it fails, the whole transaction fails, at the latest on commit.
   */
  public void write(String sql, @Nullable Object... parameters) {
    requireIntact();
    written.add(start(sql, parameters));
  }

  @Override
  RowSet<Row> run(String sql, @Nullable Object... parameters) {
    requireIntact();
    try {
      RowSet<Row> rows = super.run(sql, parameters);
      // Results arrive in order, so a failure of an earlier write is known by now. Results after
      // such a failure must not be used.
      requireIntact();
      return rows;
    } catch (Throwable t) {
      requireIntact();
      failure = t;
      throw t;
    }
  }

  /** Waits for the pending writes; rethrows the error of a failed statement. */
  void requireWritten() {
    try {
      Future.all(written).await();
    } finally {
      requireIntact();
    }
  }

  private void requireIntact() {
    for (Future<?> statement : written) {
      if (failure == null && statement.failed()) {
        failure = statement.cause();
      }
    }
    if (failure != null) {
      // Rethrows as {@code Future.await} does, because the error may be a checked exception.
      Future.failedFuture(failure).await();
    }
  }

  /** Whether a statement has failed; the transaction cannot be committed then. */
  boolean isFailed() {
    return failure != null;
  }

  /** Runs the actions after the commit; their exceptions do not undo it. */
  void committed() {
    for (Runnable action : afterCommit) {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.error("An action after a commit failed", e);
      }
    }
  }
}
