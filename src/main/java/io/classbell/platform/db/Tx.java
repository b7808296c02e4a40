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
 * An open transaction. Any SQL error fails it whole (a lock wait, 1205, rolls back its statement
 * only: who went on after it would commit half a transfer), also where it is caught.
 */
public final class Tx extends Sql {
  private static final Logger LOG = LoggerFactory.getLogger(Tx.class);

  private final List<Runnable> afterCommit = new ArrayList<>();
  private final List<Future<?>> written = new ArrayList<>();
  private @Nullable Throwable failure;

  Tx(SqlClient client) {
    super(client);
  }

  /** Runs once the transaction is known to be committed; not at all otherwise. */
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  /**
   * A statement whose answer is not waited for: it is carried out after those before it and before
   * those that follow. If it fails, so does the whole transaction, at the latest when it would be
   * committed.
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
      // Answers come in order: whether what was written before has failed is known by now. Nothing
      // is to be decided by what such a failure left.
      requireIntact();
      return rows;
    } catch (Throwable t) {
      requireIntact();
      failure = t;
      throw t;
    }
  }

  /** Waits for what was written; throws again what a statement has failed with. */
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
      // As a future's waiting throws it: what a statement fails with need not be unchecked.
      Future.failedFuture(failure).await();
    }
  }

  /** Whether a statement has failed; the transaction cannot be committed then. */
  boolean isFailed() {
    return failure != null;
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
