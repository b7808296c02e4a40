package io.classbell.platform.db;

import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.List;

/**
 * An open transaction. Any SQL error fails it whole (a lock wait, 1205, rolls back its statement
 * only: who went on after it would commit half a transfer), so do not catch one and continue.
 */
public final class Tx extends Sql {
  private final List<Runnable> afterCommit = new ArrayList<>();

  Tx(SqlClient client) {
    super(client);
  }

  /** Runs once the transaction is known to be committed; not at all otherwise. */
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  void committed() {
    afterCommit.forEach(Runnable::run);
  }
}
