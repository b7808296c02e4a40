package io.classbell.testing;

import io.classbell.embedded.TestServers;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.db.Migrations;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Databases of tests on one server. */
public record TestDatabases(TestServers.DatabaseServer server) {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** A new, migrated database whose application user has the rights it has in production. */
  public DatabaseSettings fresh() {
    DatabaseSettings settings = empty();
    Migrations.migrate(settings);
    server.access().grant(settings.name());
    return settings;
  }

  /** A new database without a table: for tests of the migrations. */
  public DatabaseSettings empty() {
    String name = "t_" + COUNT.incrementAndGet() + "_" + ProcessHandle.current().pid();
    TestServers.Access access = server.access();
    try {
      access.create(name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return settings(name);
  }

  /** Gives the application's user its rights on the tables there are by now. */
  public void grant(DatabaseSettings settings) {
    server.access().grant(settings.name());
  }

  private DatabaseSettings settings(String name) {
    TestServers.Login application = server.access().application();
    TestServers.Login migrations = server.access().migrations();
    String json =
        """
        {"port": %d, "name": "%s", "user": "%s", "password": "%s", "migrationUser": "%s", "migrationPassword": "%s"}
        """
            .formatted(
                server.port(),
                name,
                application.user(),
                application.password().reveal(),
                migrations.user(),
                migrations.password().reveal());
    return SettingsReader.of(DatabaseSettings.class).json("test", json).read();
  }

  /** Runs statements as a user who may do anything: to break what the application can't. */
  public void execute(DatabaseSettings settings, String... statements) {
    try (Connection admin = server.access().admin();
        Statement statement = admin.createStatement()) {
      statement.execute("USE `" + settings.name() + "`");
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The rows of a query, each as its columns' text (NULL is the text "null"), joined by {@code |}.
   */
  public List<String> rows(DatabaseSettings settings, String query) {
    List<String> rows = new ArrayList<>();
    try (Connection admin = server.access().admin();
        Statement statement = admin.createStatement()) {
      statement.execute("USE `" + settings.name() + "`");
      try (ResultSet result = statement.executeQuery(query)) {
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= columns; i++) {
            row.add(String.valueOf(result.getString(i)));
          }
          rows.add(String.join("|", row));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return rows;
  }
}
