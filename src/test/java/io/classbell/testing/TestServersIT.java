package io.classbell.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.db.DatabaseSettings;
import org.junit.jupiter.api.Test;

@OnBothDatabases
record TestServersIT(TestDatabase database) {
  @Test
  void a_fresh_database_is_migrated_and_shared_with_nobody() {
    DatabaseSettings one = database.fresh();
    DatabaseSettings other = database.fresh();

    assertThat(database.rows(one, "SHOW TABLES")).contains("flyway_schema_history", "ledger_entry");
    database.execute(one, "CREATE TABLE mine (id INT)");
    assertThat(database.rows(other, "SHOW TABLES LIKE 'mine'")).isEmpty();
  }
}
