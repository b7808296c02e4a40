package io.classbell.embedded;

import io.classbell.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A MariaDB server on the loopback address, with the users {@code classbell_migrate} (may change
 * tables) and {@code classbell} (may read and write rows, but never change or delete what the
 * ledger holds).
 */
final class MariaDb implements AutoCloseable {
  static final String HOST = "127.0.0.1";
  static final String DATABASE = "classbell";
  static final String MIGRATION_USER = "classbell_migrate";
  static final String USER = "classbell";
  private static final String ADMIN = "classbell_admin";
  private static final Set<String> APPEND_ONLY = Set.of("ledger_transaction", "ledger_entry");
  private static final Set<String> READ_ONLY = Set.of("flyway_schema_history");
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** Strict, so that no value is bent to fit; the same on every connection. */
  private static final String SQL_MODE =
      "STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY";

  private final Path base;
  private final DataDirectory directory;
  private final int port;
  private final boolean durable;
  private @Nullable ChildProcess server;

  /**
   * {@code durable}: whether every commit is on the disk before it is answered; only tests do
   * without.
   */
  MariaDb(Path base, DataDirectory directory, int port, boolean durable) {
    this.base = base;
    this.directory = directory;
    this.port = port;
    this.durable = durable;
  }

  int port() {
    return port;
  }

  /** Starts the server, on fresh data where there is none, and returns when it answers. */
  void start() {
    Path config = directory.run("mariadb.cnf");
    ChildProcess.stopLeftOver("MariaDB", directory.run("mariadb.pid"), config.toString());
    try {
      createData();
      Path init = directory.run("mariadb-init.sql");
      DataDirectory.writePrivately(init, users());
      DataDirectory.writePrivately(config, configuration(init));
    } catch (IOException e) {
      throw new StartFailure("MariaDB's data can't be written: " + e.getMessage(), e);
    }
    ChildProcess started =
        ChildProcess.start(
            "MariaDB",
            List.of(base.resolve("bin/mariadbd").toString(), "--defaults-file=" + config),
            Map.of(),
            directory.run("mariadb.pid"),
            directory.log("mariadb.log"));
    server = started;
    started.awaitReady(this::answers, START_LIMIT);
  }

  /**
   * Into a directory aside first, so that a start killed half-way leaves nothing that looks whole.
   */
  private void createData() throws IOException {
    Path data = data();
    if (Files.isDirectory(data)) {
      return;
    }
    Path fresh = directory.path().resolve("mariadb.new");
    if (Files.exists(fresh)) {
      Software.deleteTree(fresh);
    }
    List<String> command =
        List.of(
            "bash",
            base.resolve("scripts/mariadb-install-db").toString(),
            "--no-defaults",
            "--basedir=" + base,
            "--datadir=" + fresh,
            "--auth-root-authentication-method=normal",
            "--skip-name-resolve",
            "--skip-test-db",
            "--innodb-log-file-size=256M",
            "--user=" + System.getProperty("user.name"));
    Path log = directory.log("mariadb-install.log");
    Process install =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    install.getOutputStream().close();
    try {
      if (!install.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS) || install.exitValue() != 0) {
        install.destroyForcibly();
        throw new StartFailure("MariaDB's data can't be created; see " + log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("interrupted while MariaDB's data was created", e);
    }
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private Path data() {
    return directory.path().resolve("mariadb");
  }

  private String configuration(Path init) throws IOException {
    return """
        [mariadbd]
        user = %s
        basedir = %s
        datadir = %s
        socket = %s
        init-file = %s
        bind-address = %s
        port = %d
        skip-name-resolve
        skip-log-bin
        local-infile = OFF
        character-set-server = utf8mb4
        collation-server = utf8mb4_unicode_ci
        default-time-zone = +00:00
        sql-mode = %s
        transaction-isolation = READ-COMMITTED
        innodb-flush-log-at-trx-commit = %d
        innodb-rollback-on-timeout = ON
        innodb-lock-wait-timeout = 10
        innodb-buffer-pool-size = 512M
        innodb-log-file-size = 256M
        key-buffer-size = 8M
        aria-pagecache-buffer-size = 16M
        max-connections = 500
        max-allowed-packet = 64M
        """
        .formatted(
            System.getProperty("user.name"),
            base,
            data(),
            socket(),
            init,
            HOST,
            port,
            SQL_MODE,
            durable ? 1 : 0);
  }

  /**
   * A socket's path may have some hundred characters only, fewer than a data directory's path can
   * have.
   */
  private static Path socket() throws IOException {
    return Files.createTempDirectory("classbell-").resolve("mariadb.sock");
  }

  /** Run by the server at each start, before it lets anybody in. */
  private String users() {
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

  private boolean answers() {
    try (Connection connection = admin("")) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  /** A connection that may do anything; {@code database} may be empty. */
  Connection admin(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mariadb://%s:%d/%s?connectTimeout=2000&sslMode=disable"
            .formatted(HOST, port, database),
        ADMIN,
        directory.secret("databaseAdmin"));
  }

  /** Gives the application's user its rights, table by table, in {@code database}. */
  void grant(String database) {
    try (Connection connection = admin("");
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

  @Override
  public void close() {
    if (server != null) {
      server.close();
      server = null;
    }
  }
}
