package io.classbell.embedded;

import io.classbell.boot.StartFailure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The users of an embedded database server: {@code classbell_migrate} may change tables; {@code
 * classbell} may read and write rows but not change or delete rows of the ledger; {@code
 * classbell_admin} is for this program only.
 */
final class DatabaseUsers {
  static final String HOST = "127.0.0.1";
  static final String DATABASE = "classbell";
  static final String MIGRATION_USER = "classbell_migrate";
  static final String USER = "classbell";
  private static final String ADMIN = "classbell_admin";
  private static final Set<String> APPEND_ONLY =
      Set.of("ledger_transaction", "ledger_entry", "evidence", "admin_action");
  private static final Set<String> READ_ONLY = Set.of("flyway_schema_history");

  private final DataDirectory directory;
  private final int port;

  DatabaseUsers(DataDirectory directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  int port() {
    return port;
  }

  /** Returns SQL that a server runs at each start, before it accepts connections. */
  String setUp() {
    return """
    CREATE DATABASE IF NOT EXISTS %1$s CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
    ALTER USER 'root'@'localhost' IDENTIFIED BY '%2$s';
    CREATE USER IF NOT EXISTS '%3$s'@'127.0.0.1';
    ALTER USER '%3$s'@'127.0.0.1' IDENTIFIED BY '%2$s';
    GRANT ALL ON *.* TO '%3$s'@'127.0.0.1' WITH GRANT OPTION;
    CREATE USER IF NOT EXISTS '%4$s'@'127.0.0.1';
    ALTER USER '%4$s'@'127.0.0.1' IDENTIFIED BY '%5$s';
    GRANT ALL ON %1$s.* TO '%4$s'@'127.0.0.1';
    CREATE USER IF NOT EXISTS '%6$s'@'127.0.0.1';
    ALTER USER '%6$s'@'127.0.0.1' IDENTIFIED BY '%7$s';
    """
        .formatted(
            DATABASE,
            directory.secret("databaseAdmin"),
            ADMIN,
            MIGRATION_USER,
            directory.secret("databaseMigration"),
            USER,
            directory.secret("database"));
  }

  /** Whether the server accepts a connection. */
  boolean answered() {
    try (Connection connection = admin()) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  /** A connection as the application's user. */
  Connection application() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mariadb://%s:%d/%s?connectTimeout=2000&allowPublicKeyRetrieval=true"
            .formatted(HOST, port, DATABASE),
        USER,
        directory.secret("database"));
  }

  /** A connection that may do anything. */
  Connection admin() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mariadb://%s:%d/?connectTimeout=2000&allowPublicKeyRetrieval=true"
            .formatted(HOST, port),
        ADMIN,
        directory.secret("databaseAdmin"));
  }

  /** Grants the application's user its rights, table by table, in {@code database}. */
  void grant(String database) {
    try (Connection connection = admin();
        Statement statement = connection.createStatement()) {
      for (String table : tables(statement, database)) {
        statement.execute(
            "GRANT %s ON `%s`.`%s` TO '%s'@'127.0.0.1'"
                .formatted(rights(table), database, table, USER));
      }
    } catch (SQLException e) {
      throw new StartFailure(
          "The application's database user can't be given its rights: " + e.getMessage(), e);
    }
  }

  private static List<String> tables(Statement statement, String database) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = '"
                + database
                + "'")) {
      while (rows.next()) {
        tables.add(rows.getString(1));
      }
    }
    return tables;
  }

  private static String rights(String table) {
    if (READ_ONLY.contains(table)) {
      return "SELECT";
    }
    return APPEND_ONLY.contains(table) ? "SELECT, INSERT" : "SELECT, INSERT, UPDATE, DELETE";
  }
}
