package io.classbell.platform.db;

import io.classbell.platform.config.Secret;
import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import io.classbell.platform.tls.Pem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of the database, the system of record, and of the connection pool. */
public record DatabaseSettings(
    @Setting(value = "Host of the MySQL 8 or MariaDB server.", byDefault = "127.0.0.1") String host,
    @Setting(value = "Port of the server.", byDefault = "3306", min = 1, max = 65535) int port,
    @Setting(value = "Name of the database.", byDefault = "classbell") String name,
    @Setting(value = "User of the running application.", byDefault = "classbell") String user,
    @Setting("Password of that user.") Secret password,
    @Setting("User that may change tables, for migrations; the application's user when absent.")
        @Nullable String migrationUser,
    @Setting("Password of the migrations' user.") @Nullable Secret migrationPassword,
    @Setting(
            value =
                "Most connections a node holds for requests; three more are used for audits and readiness.",
            byDefault = "16",
            min = 1,
            max = 1000)
        int poolSize,
    @Setting(
            value = "Most requests that wait for a connection; more are rejected at once with 503.",
            byDefault = "2000",
            min = 1,
            max = 1_000_000)
        int maxWaitQueueSize,
    @Setting(
            value = "Longest wait for a connection.",
            byDefault = "PT5S",
            atLeast = "PT0.1S",
            atMost = "PT5M")
        Duration connectTimeout,
    @Setting(
            value =
                "An idle connection is closed after this time; one that does not answer a statement for 10 s counts as lost.",
            byDefault = "PT5S",
            atLeast = "PT1S",
            atMost = "PT6S")
        Duration idleTimeout,
    @Setting(
            value = "A connection is replaced after this time, used or not.",
            byDefault = "PT30M",
            atLeast = "PT10S",
            atMost = "P1D")
        Duration maxLifetime,
    @Setting(
            value =
                "Whether connections are encrypted, and how the server's certificate is verified.",
            byDefault = "disabled")
        TlsMode tlsMode,
    @Setting("PEM file with the authority that signed the server's certificate.")
        @Nullable String tlsCa)
    implements ValidatedSettings {

  /** How a connection is encrypted: the modes of the MySQL client. */
  public enum TlsMode {
    /** No encryption. */
    DISABLED,
    /** Encrypted if the server supports it. */
    PREFERRED,
    /** Encrypted, without checking the server's certificate. */
    REQUIRED,
    /** Encrypted, and the server's certificate is signed by the given authority. */
    VERIFY_CA,
    /** Like {@link #VERIFY_CA}, and the certificate names the host. */
    VERIFY_IDENTITY
  }

  @Override
  public void check(SettingsErrors mistakes) {
    if ((migrationUser == null) != (migrationPassword == null)) {
      mistakes.add("migrationPassword", "must be set together with migrationUser");
    }
    if ((tlsMode == TlsMode.VERIFY_CA || tlsMode == TlsMode.VERIFY_IDENTITY) && tlsCa == null) {
      mistakes.add("tlsCa", "must be set for this tlsMode");
    }
    if (tlsMode == TlsMode.DISABLED && tlsCa != null) {
      mistakes.add("tlsMode", "must not be disabled if tlsCa is set");
    }
    Pem.checkCertificates(mistakes, "tlsCa", tlsCa);
  }
}
