package io.classbell.embedded;

import io.classbell.boot.StartFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A MariaDB server on the loopback address, with the users of {@link DatabaseUsers}. */
final class MariaDb implements Supervisor.Server, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MariaDb.class);
  private static final String HALF_MADE = "mariadb-new-";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** Strict mode, so that invalid values are rejected; the same on every connection. */
  private static final String SQL_MODE =
      "STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY";

  /**
   * The script does not support paths with spaces, so all paths are relative to its working
   * directory.
   */
  private static final String INSTALL =
      """
      cd "$0" && ln -sfn "$1" run/mariadb && shift || exit
      exec bash run/mariadb/scripts/mariadb-install-db --no-defaults --basedir=./run/mariadb "$@"
      """;

  private final Path base;
  private final DataDirectory directory;
  private final DatabaseUsers users;
  private final boolean durable;
  private volatile @Nullable ChildProcess server;

  /**
   * @param durable whether every commit is flushed to disk before the reply; only tests turn it off
   */
  MariaDb(Path base, DataDirectory directory, int port, boolean durable) {
    this.base = base;
    this.directory = directory;
    this.users = new DatabaseUsers(directory, port);
    this.durable = durable;
  }

  DatabaseUsers users() {
    return users;
  }

  int port() {
    return users.port();
  }

  @Override
  public String name() {
    return "MariaDB";
  }

  /** Starts the server, with new data if there is none, and returns when it responds. */
  ChildProcess start() {
    ChildProcess started = launch();
    awaitReady(started);
    discardHalfMade();
    return started;
  }

  @Override
  public ChildProcess launch() {
    Path config = directory.run("mariadb.cnf");
    ChildProcess.stopLeftOver("MariaDB", directory.run("mariadb.pid"), config.toString());
    try {
      createData();
      Path init = directory.run("mariadb-init.sql");
      DataDirectory.writePrivately(init, users.setUp());
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
    return started;
  }

  @Override
  public void awaitReady(ChildProcess process) {
    process.awaitReady(users::answered, START_LIMIT);
  }

  /**
   * Creates the data in a temporary directory first, so that an interrupted start leaves no
   * incomplete data. The directory is new each time, because a process of an interrupted start may
   * still write to the previous one.
   */
  private void createData() throws IOException {
    Path data = data();
    if (Files.isDirectory(data)) {
      return;
    }
    Path fresh = Files.createTempDirectory(directory.path(), HALF_MADE);
    List<String> command =
        List.of(
            "bash",
            "-c",
            INSTALL,
            directory.path().toString(),
            base.toString(),
            "--datadir=./" + fresh.getFileName(),
            "--auth-root-authentication-method=normal",
            "--skip-name-resolve",
            "--skip-test-db",
            "--innodb-log-file-size=256M",
            "--user=" + System.getProperty("user.name"));
    try (ChildProcess install =
        ChildProcess.start(
            "Creating MariaDB's data",
            command,
            Map.of("TMPDIR", temporary().toString()),
            directory.run("mariadb-install.pid"),
            directory.log("mariadb-install.log"))) {
      install.awaitDone(START_LIMIT);
    }
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * A temporary directory of its own: a starting server deletes leftovers there, including tables
   * that another server uses.
   */
  private Path temporary() throws IOException {
    return Files.createDirectories(directory.path().resolve("tmp"));
  }

  /** Deletes the incomplete data of interrupted starts. */
  private void discardHalfMade() {
    try (DirectoryStream<Path> halfMade =
        Files.newDirectoryStream(directory.path(), HALF_MADE + "*")) {
      for (Path path : halfMade) {
        ServerBinaries.deleteTree(path);
      }
    } catch (IOException e) {
      LOG.warn("{} holds data of a start that was killed: {}", directory.path(), e.getMessage());
    }
  }

  private Path data() {
    return directory.path().resolve("mariadb");
  }

  /**
   * Returns the server's configuration. The socket's path is relative to the data, because a socket
   * path is limited to about a hundred characters. TLS is off: it is not needed on loopback, and
   * creating a key takes seconds at each start.
   */
  private String configuration(Path init) throws IOException {
    return """
        [mariadbd]
        user = %s
        basedir = %s
        datadir = %s
        tmpdir = %s
        socket = mariadb.sock
        init-file = %s
        bind-address = %s
        port = %d
        skip-name-resolve
        skip-log-bin
        skip-ssl
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
            temporary(),
            init,
            DatabaseUsers.HOST,
            users.port(),
            SQL_MODE,
            durable ? 1 : 0);
  }

  /** Grants the application's user its rights on the current tables. */
  void grant() {
    users.grant(DatabaseUsers.DATABASE);
  }

  @Override
  public void close() {
    ChildProcess running = server;
    server = null;
    if (running != null) {
      running.close();
    }
  }
}
