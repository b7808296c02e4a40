package io.classbell.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A real MySQL 8.0 server for tests, with the users of {@link DatabaseUsers}. */
@NullMarked
final class MySql implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final String RELEASE = "mysql-8.0.12";

  private final Path programs;
  private final DataDirectory directory;
  private final DatabaseUsers users;
  private @Nullable ChildProcess server;

  MySql(Path programs, DataDirectory directory, int port) {
    this.programs = programs;
    this.directory = directory;
    this.users = new DatabaseUsers(directory, port);
  }

  DatabaseUsers users() {
    return users;
  }

  void start() throws IOException, InterruptedException {
    Path base = unpack();
    Path init = directory.run("mysql-init.sql");
    Path config = directory.run("mysql.cnf");
    ChildProcess.stopLeftOver("MySQL", directory.run("mysql.pid"), config.toString());
    DataDirectory.writePrivately(init, users.setUp());
    Path data = directory.path().resolve("mysql");
    if (!Files.isDirectory(data)) {
      Path fresh = directory.path().resolve("mysql.new");
      if (Files.exists(fresh)) {
        ServerBinaries.deleteTree(fresh);
      }
      DataDirectory.writePrivately(config, configuration(base, fresh));
      run(
          base,
          List.of("--defaults-file=" + config, "--initialize-insecure"),
          directory.log("mysql-install.log"));
      Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    }
    DataDirectory.writePrivately(config, configuration(base, data) + "init-file = " + init + "\n");
    ChildProcess started =
        ChildProcess.start(
            "MySQL",
            List.of(base.resolve("bin/mysqld").toString(), "--defaults-file=" + config),
            libraries(),
            directory.run("mysql.pid"),
            directory.log("mysql.log"));
    server = started;
    started.awaitReady(users::answered, START_LIMIT);
  }

  /** {@code scripts/test} puts a libaio there on machines that have none. */
  private Map<String, String> libraries() {
    String inherited = System.getenv("LD_LIBRARY_PATH");
    String ours = programs.resolve("lib").toString();
    return Map.of("LD_LIBRARY_PATH", inherited == null ? ours : ours + ":" + inherited);
  }

  private void run(Path base, List<String> arguments, Path log)
      throws IOException, InterruptedException {
    List<String> command =
        new java.util.ArrayList<>(List.of(base.resolve("bin/mysqld").toString()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(libraries());
    Process process = builder.start();
    if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("MySQL's data can't be created: " + Files.readString(log));
    }
  }

  private String configuration(Path base, Path data) throws IOException {
    return """
        [mysqld]
        user = %s
        basedir = %s
        datadir = %s
        tmpdir = %s
        lc-messages-dir = %s
        socket = mysql.sock
        bind-address = 127.0.0.1
        port = %d
        skip-name-resolve
        skip-log-bin
        mysqlx = OFF
        character-set-server = utf8mb4
        collation-server = utf8mb4_unicode_ci
        default-time-zone = +00:00
        innodb-use-native-aio = OFF
        innodb-rollback-on-timeout = ON
        innodb-lock-wait-timeout = 10
        innodb-flush-log-at-trx-commit = 0
        innodb-doublewrite = OFF
        innodb-buffer-pool-size = 256M
        max-connections = 300
        performance-schema = OFF
        """
        .formatted(
            System.getProperty("user.name"),
            base,
            data,
            Files.createDirectories(directory.path().resolve("mysql-tmp")),
            base.resolve("share"),
            users.port());
  }

  private Path unpack() throws IOException, InterruptedException {
    Path target = programs.resolve(RELEASE);
    if (Files.isDirectory(target)) {
      return target;
    }
    boolean mac = System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT).contains("mac");
    String archive = mac ? "/mysql-Mac_OS_X-x86_64.tar.gz" : "/mysql-Linux-amd64.tar.gz";
    Files.createDirectories(programs);
    Path fresh = Files.createTempDirectory(programs, "unpacking-");
    Process tar =
        new ProcessBuilder("tar", "xzf", "-", "-C", fresh.toString())
            .inheritIO()
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start();
    try (InputStream in = MySql.class.getResourceAsStream(archive);
        var out = tar.getOutputStream()) {
      java.util.Objects.requireNonNull(in, archive).transferTo(out);
    }
    if (tar.waitFor() != 0) {
      throw new IllegalStateException("tar can't unpack MySQL");
    }
    ServerBinaries.putInPlace(fresh, target);
    return target;
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
      server = null;
    }
  }
}
