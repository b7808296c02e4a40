package io.classbell.platform.db;

import io.classbell.platform.config.Secret;
import org.flywaydb.core.Flyway;

/** Brings a database to this version's tables (Flyway, {@code db/migration}). */
public final class Migrations {

  /**
   * Migrates, as a user who may change tables. Safe to be run by several nodes at once: Flyway
   * locks.
   *
   * @return how many migrations were carried out
   */
  public static int migrate(DatabaseSettings settings) {
    String user = settings.migrationUser() == null ? settings.user() : settings.migrationUser();
    Secret password =
        settings.migrationPassword() == null ? settings.password() : settings.migrationPassword();
    return Flyway.configure()
        .dataSource(jdbcUrl(settings), user, password.reveal())
        .locations("classpath:db/migration")
        // Some ten seconds: enough for a database that starts beside us, short for a wrong address.
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
