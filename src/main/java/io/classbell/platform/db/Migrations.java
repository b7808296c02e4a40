package io.classbell.platform.db;

import io.classbell.platform.config.Secret;
import org.flywaydb.core.Flyway;

/** Migrates a database to this version's tables (Flyway, {@code db/migration}). */
public final class Migrations {

  /**
   * Migrates, as the user that may change tables. Several nodes may call this at the same time,
   * because Flyway takes a lock.
   *
   * @return the number of migrations that were executed
   */
  public static int migrate(DatabaseSettings settings) {
    String user = settings.migrationUser() == null ? settings.user() : settings.migrationUser();
    Secret password =
        settings.migrationPassword() == null ? settings.password() : settings.migrationPassword();
    return Flyway.configure()
        .dataSource(jdbcUrl(settings), user, password.reveal())
        .locations("classpath:db/migration")
        // About ten seconds: enough for a database that is starting, short enough for a wrong
        // address.
        .connectRetries(5)
        .connectRetriesInterval(2)
        .load()
        .migrate()
        .migrationsExecuted;
  }

  private static String jdbcUrl(DatabaseSettings settings) {
    String tls =
        switch (settings.tlsMode()) {
          case DISABLED, PREFERRED -> "";
          case REQUIRED -> "&sslMode=trust";
          case VERIFY_CA -> "&sslMode=verify-ca&serverSslCert=" + settings.tlsCa();
          case VERIFY_IDENTITY -> "&sslMode=verify-full&serverSslCert=" + settings.tlsCa();
        };
    return "jdbc:mariadb://%s:%d/%s?allowPublicKeyRetrieval=true%s"
        .formatted(settings.host(), settings.port(), settings.name(), tls);
  }

  private Migrations() {}
}
