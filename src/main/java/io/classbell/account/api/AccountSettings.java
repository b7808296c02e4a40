package io.classbell.account.api;

import io.classbell.platform.config.Secret;
import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of the account module: tokens, password hashing and limits of failed logins. */
public record AccountSettings(
    @Setting(value = "Key that signs access tokens (HS256); the same on every node.", min = 32)
        Secret jwtSecret,
    @Setting(value = "Issuer named in tokens.", byDefault = "classbell") String issuer,
    @Setting(value = "Audience named in tokens.", byDefault = "classbell") String audience,
    @Setting(
            value = "Life of an access token.",
            byDefault = "PT15M",
            atLeast = "PT1M",
            atMost = "P1D")
        Duration accessTokenLife,
    @Setting(
            value = "Life of a refresh token.",
            byDefault = "P30D",
            atLeast = "PT1H",
            atMost = "P366D")
        Duration refreshTokenLife,
    @Setting(
            value =
                "How long the immediate predecessor of a refresh token is accepted again, for two"
                    + " tabs at once and for retries after a lost response; later reuse ends the"
                    + " session.",
            byDefault = "PT10S",
            atMost = "PT1M")
        Duration refreshTokenGrace,
    @Setting(
            value = "Life of a password reset mail's token.",
            byDefault = "PT1H",
            atLeast = "PT5M",
            atMost = "P2D")
        Duration resetTokenLife,
    @Setting(
            "Whether an account gets mails other than account mails (verification, password reset) only"
                + " after its owner has followed the link of a verification mail. When absent: true in"
                + " production, false in test mode. Accounts made while it is false count as verified.")
        @Nullable Boolean verifyEmail,
    @Setting(
            value = "Life of a verification mail's token.",
            byDefault = "P3D",
            atLeast = "PT5M",
            atMost = "P30D")
        Duration verificationTokenLife,
    @Setting(
            value =
                "Most account mails (verification, password reset) to one mailbox in an hour, whoever"
                    + " asks for them; subaddresses (name+tag@) count as one mailbox.",
            byDefault = "4",
            min = 1,
            max = 1_000)
        int mailsPerRecipientPerHour,
    @Setting(
            value = "Most account mails that one client address can cause in an hour.",
            byDefault = "200",
            min = 1,
            max = 1_000)
        int mailsPerAddressPerHour,
    @Setting("The first administrator, created at start if no account has the address.")
        @Nullable FirstAdmin firstAdmin,
    @Setting("Cost parameters of password hashes.") Argon2 argon2,
    @Setting(
            value =
                "Failed logins a minute for one account from one network (an IPv4 address or an IPv6"
                    + " /64), or from one known device, before 429; 0 for no limit.",
            byDefault = "5",
            min = 0,
            max = 1_000_000)
        int failedLoginsPerAccountPerMinute,
    @Setting(
            value =
                "Failed logins a minute for one account from all networks together, known devices"
                    + " aside, before 429; 0 for no limit.",
            byDefault = "10",
            min = 0,
            max = 1_000_000)
        int failedLoginsPerAccountFromAnywherePerMinute,
    @Setting(
            value =
                "Failed logins a minute from one network, known devices aside, before 429; 0 for no limit.",
            byDefault = "20",
            min = 0,
            max = 1_000_000)
        int failedLoginsPerAddressPerMinute)
    implements ValidatedSettings {

  /**
   * The administrator that is created at start, because registration does not allow the role admin.
   */
  public record FirstAdmin(
      @Setting("E-mail address of the first administrator.") String email,
      @Setting(
              value =
                  "Password of the first administrator; later changes of it here have no effect.",
              min = 8,
              max = 128)
          Secret password) {}

  /**
   * Cost parameters of Argon2id (defaults from OWASP's Password Storage Cheat Sheet) and the number
   * of hashes computed at once.
   */
  public record Argon2(
      @Setting(
              value = "Memory a hash takes, in KiB.",
              byDefault = "19456",
              min = 8192,
              max = 1_048_576)
          int memoryKib,
      @Setting(value = "Passes over that memory.", byDefault = "2", min = 1, max = 100)
          int iterations,
      @Setting(value = "Lanes of a hash.", byDefault = "1", min = 1, max = 16) int parallelism,
      @Setting(value = "Hashes computed at once on a node.", byDefault = "2", min = 1, max = 256)
          int threads,
      @Setting(
              value = "Hashes that may wait; more logins get 503 with Retry-After.",
              byDefault = "256",
              min = 1,
              max = 100_000)
          int queue) {}

  @Override
  public void check(SettingsErrors mistakes) {
    if (jwtSecret.bytes().length < 32) {
      mistakes.add("jwtSecret", "must have 32 bytes or more");
    }
    if (refreshTokenLife.compareTo(accessTokenLife) <= 0) {
      mistakes.add("refreshTokenLife", "must be longer than accessTokenLife");
    }
    if (firstAdmin != null && EmailAddress.parse(firstAdmin.email()) == null) {
      mistakes.add("firstAdmin.email", "must be one plain e-mail address");
    }
  }
}
