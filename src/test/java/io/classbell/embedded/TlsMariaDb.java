package io.classbell.embedded;

import io.classbell.platform.config.Secret;
import io.classbell.testing.TestCa;
import io.classbell.testing.TestPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/** A MariaDB that shows a certificate and lets nobody in without TLS. */
@NullMarked
public final class TlsMariaDb implements AutoCloseable {
  private static final Path PROGRAMS = Path.of("target/servers").toAbsolutePath();

  private final DataDirectory directory;
  private final DatabaseUsers users;
  private ChildProcess server;

  /** Starts one on fresh data under {@code data}. */
  public TlsMariaDb(Path data, TestCa.Identity identity) throws IOException {
    directory = DataDirectory.open(data);
    Path base = new ServerBinaries(PROGRAMS).mariaDb();
    MariaDb plain = new MariaDb(base, directory, TestPorts.free(), false);
    users = plain.users();
    plain.start();
    plain.close();
    String tls =
        "ssl-cert = %s\nssl-key = %s\nrequire-secure-transport = ON"
            .formatted(identity.chain(), identity.key());
    Path config = directory.run("mariadb-tls.cnf");
    String untold = Files.readString(directory.run("mariadb.cnf"));
    DataDirectory.writePrivately(config, untold.replace("skip-ssl", tls));
    server =
        ChildProcess.start(
            "MariaDB with TLS",
            List.of(base.resolve("bin/mariadbd").toString(), "--defaults-file=" + config),
            Map.of(),
            directory.run("mariadb-tls.pid"),
            directory.log("mariadb-tls.log"));
    server.awaitReady(this::answers, Duration.ofSeconds(60));
  }

  private boolean answers() {
    try (Connection connection =
        java.sql.DriverManager.getConnection(
            "jdbc:mariadb://127.0.0.1:%d/?sslMode=trust".formatted(users.port()),
            DatabaseUsers.MIGRATION_USER,
            directory.secret("databaseMigration"))) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  public int port() {
    return users.port();
  }

  /** A user that may do everything in {@link #database}. */
  public TestServers.Login login() {
    return new TestServers.Login(
        DatabaseUsers.MIGRATION_USER, Secret.of(directory.secret("databaseMigration")));
  }

  public String database() {
    return DatabaseUsers.DATABASE;
  }

  @Override
  public void close() {
    server.close();
    directory.close();
  }
}
