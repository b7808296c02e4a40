package io.classbell.testing;

import io.classbell.embedded.TestServers;
import io.classbell.platform.db.DatabaseSettings;
import java.util.List;

/**
 * The two database servers that everything must run on. Each is started once a test JVM, when first
 * asked for.
 */
public enum TestDatabase {
  /** MariaDB 11.4, as embedded. */
  MARIADB,
  /** MySQL 8.0.12, the oldest that is promised. */
  MYSQL;

  private TestDatabases databases() {
    return new TestDatabases(this == MARIADB ? TestServers.mariaDb() : TestServers.mySql());
  }

  /** A new, migrated database whose application user has the rights it has in production. */
  public DatabaseSettings fresh() {
    return databases().fresh();
  }

  /** A new database without a table: for tests of the migrations. */
  public DatabaseSettings empty() {
    return databases().empty();
  }

  /** Gives the application's user its rights on the tables there are by now. */
  public void grant(DatabaseSettings settings) {
    databases().grant(settings);
  }

  /** Runs statements as a user who may do anything: to break what the application can't. */
  public void execute(DatabaseSettings settings, String... statements) {
    databases().execute(settings, statements);
  }

  /**
   * The rows of a query, each as its columns' text (NULL is the text "null"), joined by {@code |}.
   */
  public List<String> rows(DatabaseSettings settings, String query) {
    return databases().rows(settings, query);
  }
}
