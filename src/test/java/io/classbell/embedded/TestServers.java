package io.classbell.embedded;

import io.classbell.boot.StartFailure;
import io.classbell.platform.config.Secret;
import io.classbell.testing.TestPorts;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.NullMarked;

/**
 * The servers of a test JVM: each started when first asked for, stopped with the JVM. Programs and
 * data are kept in {@code target} from run to run, since making MySQL's takes longer than many
 * tests; what tests wrote is dropped.
 */
@NullMarked
public final class TestServers {
  static final Path PROGRAMS = Path.of("target/servers").toAbsolutePath();
  private static final String PREFIX = "t_";

  /** A database server, as the facade in {@code io.classbell.testing} sees it. */
  public record DatabaseServer(int port, Access access) {}

  /** What a test may do to a database server beside what the application does. */
  public interface Access {
    /** An empty database of this name, in which the migrations' user may do all. */
    void create(String database) throws SQLException;

    /** Gives the application's user its rights on the tables there are. */
    void grant(String database);

    /** A connection that may do anything. */
    Connection admin() throws SQLException;

    /** The application's user and password. */
    Login application();

    /** The migrations' user and password. */
    Login migrations();
  }

  /** A user and its password. */
  public record Login(String user, Secret password) {}

  /** Redis' address and how to disturb it. */
  public record RedisServer(Secret uri, AutoCloseable process) {}

  private TestServers() {}

  private static final class Held {
    static final DataDirectory DIRECTORY = firstFree("");
  }

  private static final class MariaDbHeld {
    static final DatabaseServer SERVER = startMariaDb();
  }

  private static final class MySqlHeld {
    static final DatabaseServer SERVER = startMySql();
  }

  private static final class RedisHeld {
    static final RedisServer SERVER = startRedis();
  }

  private static final class MailHeld {
    static final Deque<CaughtMail> CAUGHT = new ConcurrentLinkedDeque<>();
    static final MailCatcher SERVER = startMail();
  }

  /** MariaDB, without its fsyncs. */
  public static DatabaseServer mariaDb() {
    return MariaDbHeld.SERVER;
  }

  /** MySQL 8.0.12, without its fsyncs. */
  public static DatabaseServer mySql() {
    return MySqlHeld.SERVER;
  }

  /** Redis. */
  public static RedisServer redis() {
    return RedisHeld.SERVER;
  }

  /** The port of a mail server that catches everything. */
  public static int smtpPort() {
    return MailHeld.SERVER.smtpPort();
  }

  /** The caught mails to one address, newest first. */
  public static List<Mail> mails(String to) {
    return MailHeld.CAUGHT.stream()
        .filter(mail -> mail.to().equalsIgnoreCase(to))
        .map(
            mail ->
                new Mail(
                    mail.to(),
                    mail.subject(),
                    String.valueOf(mail.text()),
                    String.valueOf(mail.html()),
                    mail.headers()))
        .toList();
  }

  /** A caught mail. */
  public record Mail(
      String to, String subject, String text, String html, java.util.Map<String, String> headers) {}

  /** Two builds at once on one working tree get a directory each. */
  static DataDirectory firstFree(String kind) {
    for (int i = 0; ; i++) {
      try {
        return DataDirectory.open(Path.of("target/test-servers/" + kind + i));
      } catch (StartFailure e) {
        if (e.exitCode() != StartFailure.IN_USE) {
          throw e;
        }
      }
    }
  }

  private static DatabaseServer startMariaDb() {
    MariaDb server =
        new MariaDb(
            new ServerBinaries(PROGRAMS).mariaDb(), Held.DIRECTORY, TestPorts.free(), false);
    server.start();
    return emptied(server.users(), Held.DIRECTORY);
  }

  private static DatabaseServer startMySql() {
    MySql server = new MySql(PROGRAMS, Held.DIRECTORY, TestPorts.free());
    try {
      server.start();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    readAll(server.users());
    return emptied(server.users(), Held.DIRECTORY);
  }

  /**
   * MySQL 8.0.12 takes JSON_TABLE for a table of no database, and FOR UPDATE for a column that a
   * table's rights do not cover: both need a reader of everything. Later versions do not.
   */
  private static void readAll(DatabaseUsers users) {
    try (Connection admin = users.admin();
        Statement statement = admin.createStatement()) {
      statement.execute("GRANT SELECT ON *.* TO '" + DatabaseUsers.USER + "'@'127.0.0.1'");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RedisServer startRedis() {
    Redis server =
        new Redis(new ServerBinaries(PROGRAMS).redis(), Held.DIRECTORY, TestPorts.free());
    server.start();
    return new RedisServer(Secret.of(server.uri()), server);
  }

  private static MailCatcher startMail() {
    MailCatcher server =
        new MailCatcher(TestPorts.free(), Clock.systemUTC(), MailHeld.CAUGHT::addFirst);
    server.start();
    return server;
  }

  /** A server without the databases of earlier test runs. */
  static DatabaseServer emptied(DatabaseUsers users, DataDirectory directory) {
    try (Connection admin = users.admin();
        Statement statement = admin.createStatement()) {
      for (String old : oldDatabases(statement)) {
        statement.execute("DROP DATABASE `" + old + "`");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return new DatabaseServer(users.port(), new ServerAccess(users, directory));
  }

  private static List<String> oldDatabases(Statement statement) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery("SHOW DATABASES LIKE '" + PREFIX.replace("_", "\\_") + "%'")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private record ServerAccess(DatabaseUsers users, DataDirectory directory) implements Access {
    @Override
    public void create(String database) throws SQLException {
      try (Connection admin = users.admin();
          Statement statement = admin.createStatement()) {
        statement.execute(
            "CREATE DATABASE `" + database + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
        statement.execute(
            "GRANT ALL ON `"
                + database.replace("_", "\\_")
                + "`.* TO '"
                + DatabaseUsers.MIGRATION_USER
                + "'@'127.0.0.1'");
      }
    }

    @Override
    public void grant(String database) {
      users.grant(database);
    }

    @Override
    public Connection admin() throws SQLException {
      return users.admin();
    }

    @Override
    public Login application() {
      return new Login(DatabaseUsers.USER, Secret.of(directory.secret("database")));
    }

    @Override
    public Login migrations() {
      return new Login(
          DatabaseUsers.MIGRATION_USER, Secret.of(directory.secret("databaseMigration")));
    }
  }
}
