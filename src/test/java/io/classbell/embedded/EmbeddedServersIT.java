package io.classbell.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.boot.Settings;
import io.classbell.boot.StartFailure;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.Migrations;
import io.classbell.testing.TestPorts;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServersIT {
  private static final Path PROGRAMS = Path.of("target/servers").toAbsolutePath();

  @TempDir Path dir;

  private EmbeddedServers servers() {
    return new EmbeddedServers(dir.resolve("data"), PROGRAMS, Clock.systemUTC());
  }

  private static Settings settings(EmbeddedServers servers) {
    return SettingsReader.of(Settings.class).json("embedded", servers.settings()).read();
  }

  private static Connection migrator(Settings settings) throws SQLException {
    return DriverManager.getConnection(
        url(settings),
        settings.database().migrationUser(),
        settings.database().migrationPassword().reveal());
  }

  private static Connection application(Settings settings) throws SQLException {
    return DriverManager.getConnection(
        url(settings), settings.database().user(), settings.database().password().reveal());
  }

  private static String url(Settings settings) {
    return "jdbc:mariadb://127.0.0.1:" + settings.database().port() + "/classbell";
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (connection;
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long pid(String name) throws IOException {
    return Long.parseLong(Files.readString(dir.resolve("data/run/" + name + ".pid")).strip());
  }

  @Test
  void data_survives_a_restart_and_nothing_is_left_running() throws Exception {
    long mariaDb;
    long redis;
    try (EmbeddedServers servers = servers()) {
      servers.start();
      run(migrator(settings(servers)), "CREATE TABLE t (id INT PRIMARY KEY)");
      servers.afterMigration();
      run(application(settings(servers)), "INSERT INTO t VALUES (1)");
      mariaDb = pid("mariadb");
      redis = pid("redis");
      assertThat(ProcessHandle.of(mariaDb)).isPresent();
    }
    assertThat(ProcessHandle.of(mariaDb).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(ProcessHandle.of(redis).filter(ProcessHandle::isAlive)).isEmpty();
    try (EmbeddedServers servers = servers()) {
      servers.start();
      assertThatThrownBy(() -> run(application(settings(servers)), "INSERT INTO t VALUES (1)"))
          .hasMessageContaining("Duplicate entry");
    }
  }

  @Test
  void unpacked_programs_are_for_every_user() throws Exception {
    Path programs = dir.resolve("programs");
    ServerBinaries software = new ServerBinaries(programs);
    Path redis = software.redis();
    Path mariaDb = software.mariaDb();

    for (Path path :
        List.of(
            programs,
            mariaDb,
            mariaDb.resolve("bin"),
            mariaDb.resolve("bin/mariadbd"),
            redis,
            java.util.Objects.requireNonNull(redis.getParent()))) {
      assertThat(Files.getPosixFilePermissions(path))
          .as("%s", path)
          .contains(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);
    }
  }

  @Test
  void names_of_directories_may_have_spaces_in_them() throws Exception {
    Path programs =
        Files.createSymbolicLink(dir.resolve("all programs"), Files.createDirectories(PROGRAMS));
    try (EmbeddedServers servers =
        new EmbeddedServers(dir.resolve("all data"), programs, Clock.systemUTC())) {
      servers.start();
      run(migrator(settings(servers)), "CREATE TABLE t (id INT PRIMARY KEY)");
    }
  }

  @Test
  void what_servers_keep_is_for_their_owner_alone() throws Exception {
    try (EmbeddedServers servers = servers()) {
      servers.start();
      for (String kept : List.of("data/mariadb", "data/redis")) {
        assertThat(Files.getPosixFilePermissions(dir.resolve(kept)))
            .as(kept)
            .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      }
    }
  }

  @Test
  void a_server_left_over_by_a_killed_platform_is_stopped_by_the_next_start() throws Exception {
    try (EmbeddedServers servers = servers()) {
      servers.start();
      run(migrator(settings(servers)), "CREATE TABLE t (id INT PRIMARY KEY)");
      servers.afterMigration();
    }
    // What kill -9 of everything but the server leaves: the server, and its process id in a file.
    Path config = dir.toRealPath().resolve("data/run/mariadb.cnf");
    Process orphan =
        new ProcessBuilder(
                new ServerBinaries(PROGRAMS).mariaDb().resolve("bin/mariadbd").toString(),
                "--defaults-file=" + config)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("orphan.log").toFile())
            .start();
    Files.writeString(dir.resolve("data/run/mariadb.pid"), String.valueOf(orphan.pid()));

    try (EmbeddedServers servers = servers()) {
      servers.start();
      assertThat(orphan.isAlive()).isFalse();
      run(application(settings(servers)), "INSERT INTO t VALUES (2)");
    } finally {
      orphan.destroyForcibly();
    }
  }

  @Test
  void a_process_id_that_now_belongs_to_somebody_else_is_left_alone() throws Exception {
    Files.createDirectories(dir.resolve("data/run"));
    Files.writeString(
        dir.resolve("data/run/mariadb.pid"), String.valueOf(ProcessHandle.current().pid()));
    try (EmbeddedServers servers = servers()) {
      servers.start();
    }
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void the_guard_stops_the_server_when_the_parent_dies() throws Exception {
    Path pidFile = dir.resolve("sleep.pid");
    ChildProcess child =
        ChildProcess.start(
            "sleep",
            List.of("sleep", "600"),
            java.util.Map.of(),
            pidFile,
            dir.resolve("sleep.log"));
    child.awaitReady(() -> hasText(pidFile), java.time.Duration.ofSeconds(40));
    ProcessHandle sleep =
        ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip())).orElseThrow();

    child.close();

    assertThat(sleep.onExit().get(40, TimeUnit.SECONDS).isAlive()).isFalse();
    assertThat(child.isAlive()).isFalse();
    assertThat(pidFile).doesNotExist();
  }

  private static boolean hasText(Path file) {
    try {
      return Files.exists(file) && Files.size(file) > 1;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void a_second_start_on_the_same_directory_says_so() {
    try (EmbeddedServers servers = servers()) {
      assertThat(servers.settings()).contains("password");
      assertThatThrownBy(this::servers)
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining(
              "is in use by another Classbell (process " + ProcessHandle.current().pid() + ")")
          .extracting(e -> ((StartFailure) e).exitCode())
          .isEqualTo(StartFailure.IN_USE);
    }
  }

  @Test
  void a_file_in_place_of_the_directory_is_told_as_such() throws Exception {
    Path file = Files.createFile(dir.resolve("data"));
    assertThatThrownBy(this::servers)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(file + " is not a directory");
  }

  @Test
  void secrets_are_random_and_can_be_read_by_their_owner_alone() throws Exception {
    String first;
    try (EmbeddedServers servers = servers()) {
      first = settings(servers).database().password().reveal();
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(dir.resolve("data/secrets.json"))))
        .isEqualTo("rw-------");
    try (EmbeddedServers again = servers();
        EmbeddedServers other =
            new EmbeddedServers(dir.resolve("other"), PROGRAMS, Clock.systemUTC())) {
      assertThat(settings(again).database().password().reveal()).isEqualTo(first);
      assertThat(settings(other).database().password().reveal()).isNotEqualTo(first);
    }
  }

  @Test
  void the_application_cannot_change_the_ledger_nor_the_tables() throws Exception {
    try (EmbeddedServers servers = servers()) {
      servers.start();
      Settings settings = settings(servers);
      run(migrator(settings), "CREATE TABLE ledger_entry (id INT PRIMARY KEY, amount BIGINT)");
      run(migrator(settings), "CREATE TABLE meeting (id INT PRIMARY KEY)");
      servers.afterMigration();

      run(application(settings), "INSERT INTO ledger_entry VALUES (1, 5)");
      run(application(settings), "INSERT INTO meeting VALUES (1)");
      run(application(settings), "DELETE FROM meeting");
      for (String forbidden :
          List.of(
              "UPDATE ledger_entry SET amount = 6",
              "DELETE FROM ledger_entry",
              "TRUNCATE ledger_entry",
              "DROP TABLE meeting",
              "CREATE TABLE x (id INT)")) {
        assertThatThrownBy(() -> run(application(settings), forbidden))
            .hasMessageContaining("denied");
      }
    }
  }

  @Test
  void mails_are_kept_across_a_restart_the_newest_of_them() throws Exception {
    try (EmbeddedServers servers = servers()) {
      servers.start();
      Migrations.migrate(settings(servers).database());
      servers.afterMigration();
      run(
          migrator(settings(servers)),
          "INSERT INTO dev_mail (id, recipient, subject, headers, received_at) SELECT"
              + " CONCAT('00000000-0000-7000-8000-', LPAD(seq, 12, '0')), 'old@x.test', 'old', '{}',"
              + " UTC_TIMESTAMP(3) FROM seq_1_to_5000");
      for (int i = 0; i < 100; i++) {
        send(settings(servers).notification().smtp().port());
      }
    }
    try (EmbeddedServers servers = servers()) {
      servers.start();
      try (Connection application = application(settings(servers));
          var statement = application.createStatement();
          var rows =
              statement.executeQuery(
                  "SELECT recipient, subject, text, headers, (SELECT COUNT(*) FROM dev_mail)"
                      + " FROM dev_mail ORDER BY id DESC LIMIT 1")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("ada@example.com");
        assertThat(rows.getString(2)).isEqualTo("Grüße");
        assertThat(rows.getString(3)).startsWith("Guten Tag ✓");
        assertThat(rows.getString(4)).contains("\"From\":\"no-reply@classbell.test\"");
        assertThat(rows.getInt(5)).isEqualTo(5000);
      }
    }
  }

  @Test
  void a_mail_that_cannot_be_kept_is_refused_for_now() {
    try (MailCatcher catcher =
        new MailCatcher(
            TestPorts.free(),
            Clock.systemUTC(),
            mail -> {
              throw new SQLException("no database");
            })) {
      catcher.start();
      assertThatThrownBy(() -> send(catcher.smtpPort())).hasMessageStartingWith("4");
    }
  }

  private static void send(int port) throws Exception {
    Properties properties = new Properties();
    properties.put("mail.smtp.host", "127.0.0.1");
    properties.put("mail.smtp.port", String.valueOf(port));
    MimeMessage mail = new MimeMessage(Session.getInstance(properties));
    mail.setFrom(new InternetAddress("no-reply@classbell.test"));
    mail.setRecipient(Message.RecipientType.TO, new InternetAddress("ada@example.com"));
    mail.setSubject("Grüße");
    mail.setText("Guten Tag ✓", "UTF-8");
    Transport.send(mail);
  }
}
