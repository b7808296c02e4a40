package io.classbell.notification.api;

import io.classbell.platform.config.Secret;
import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import io.classbell.platform.tls.Pem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of mails, push messages and their delivery. */
public record NotificationSettings(
    @Setting("The mail server.") Smtp smtp,
    @Setting("Push messages to devices.") Push push,
    @Setting(
            value =
                "Attempts before a delivery can become a dead letter; one that is rejected permanently becomes one at once.",
            byDefault = "12",
            min = 1,
            max = 1000)
        int maxAttempts,
    @Setting(
            value =
                "Shortest time for which a delivery is retried; a mail server may be unavailable for a day.",
            byDefault = "P2D",
            atLeast = "PT0S",
            atMost = "P30D")
        Duration giveUpAfter,
    @Setting(
            value = "Wait after the first failure; doubles with each.",
            byDefault = "PT1S",
            atLeast = "PT0.01S",
            atMost = "PT5M")
        Duration firstBackoff,
    @Setting(
            value = "Longest wait between attempts.",
            byDefault = "PT15M",
            atLeast = "PT0.1S",
            atMost = "P1D")
        Duration maxBackoff,
    @Setting(
            value = "Time after which another worker takes over an unfinished delivery.",
            byDefault = "PT30S",
            atLeast = "PT1S",
            atMost = "PT10M")
        Duration claimAfter,
    @Setting(
            value =
                "Deliveries in progress at once on a node; at most smtp.maxConnections are used, because waiting for a connection counts towards smtp.sendTimeout.",
            byDefault = "8",
            min = 1,
            max = 1000)
        int workers,
    @Setting(
            value =
                "Most notifications mailed one by one to a recipient in a mailPeriod; those beyond are"
                    + " collected in one mail at its end. When absent: 50 in production, 1,000,000 in"
                    + " test mode, whose clock can be moved through months of mails.",
            min = 1,
            max = MOST_MAILS)
        @Nullable Integer mailsPerRecipient,
    @Setting(
            value =
                "Most of them about rejected bookings, which anybody without credits can cause by the"
                    + " hundred.",
            byDefault = "3",
            min = 0,
            max = MOST_MAILS)
        int rejectionMailsPerRecipient,
    @Setting(
            value = "Period of mailsPerRecipient and rejectionMailsPerRecipient, in real time.",
            byDefault = "PT1H",
            atLeast = "PT1S",
            atMost = "P1D")
        Duration mailPeriod)
    implements ValidatedSettings {
  /** Upper limit of the settings that count mails. */
  public static final int MOST_MAILS = 1_000_000;

  /** Connection to the mail server, and the sender of mails. */
  public record Smtp(
      @Setting("Host of the mail server.") String host,
      @Setting(value = "Port of the mail server.", byDefault = "587", min = 1, max = 65535)
          int port,
      @Setting("User to log in as; none for no login.") @Nullable String user,
      @Setting("Password of that user.") @Nullable Secret password,
      @Setting(value = "Whether a connection is encrypted by STARTTLS.", byDefault = "required")
          StartTls startTls,
      @Setting(
              value =
                  "Whether a connection is encrypted from its first byte (port 465); startTls is ignored then.",
              byDefault = "false")
          boolean implicitTls,
      @Setting(
              "PEM file with the authority that signed the server's certificate; those that Java"
                  + " knows when absent.")
          @Nullable String tlsCa,
      @Setting(value = "Address that mails come from.", byDefault = "no-reply@classbell.test")
          String from,
      @Setting(value = "Name that mails come from.", byDefault = "Classbell", max = 64)
          String fromName,
      @Setting(value = "Most connections a node holds.", byDefault = "4", min = 1, max = 100)
          int maxConnections,
      @Setting(
              value = "Most mails a node sends a second.",
              byDefault = "50",
              min = 1,
              max = 100_000)
          int mailsPerSecond,
      @Setting(
              value = "Longest wait for a connection.",
              byDefault = "PT10S",
              atLeast = "PT0.1S",
              atMost = "PT2M")
          Duration connectTimeout,
      @Setting(
              value = "Longest time one mail may take.",
              byDefault = "PT30S",
              atLeast = "PT0.5S",
              atMost = "PT5M")
          Duration sendTimeout) {}

  /** How STARTTLS is used. */
  public enum StartTls {
    /** Never. */
    DISABLED,
    /** If the server offers it. */
    OPTIONAL,
    /** Always; no mail is sent to a server without it. */
    REQUIRED
  }

  /** Push messages. */
  public record Push(
      @Setting(value = "Whether pushes are sent.", byDefault = "false") boolean enabled) {}

  @Override
  public void check(SettingsErrors mistakes) {
    if ((smtp.user() == null) != (smtp.password() == null)) {
      mistakes.add("smtp.password", "smtp.user and smtp.password go together");
    }
    if (!smtp.from().matches("[^@\\s<>]+@[^@\\s<>]+")) {
      mistakes.add("smtp.from", "must be an e-mail address");
    }
    if (smtp.fromName().chars().anyMatch(Character::isISOControl)) {
      mistakes.add("smtp.fromName", "must not contain control characters");
    }
    Pem.checkCertificates(mistakes, "smtp.tlsCa", smtp.tlsCa());
    if (smtp.tlsCa() != null && !smtp.implicitTls() && smtp.startTls() == StartTls.DISABLED) {
      mistakes.add("smtp.tlsCa", "has no use without implicitTls or startTls");
    }
    if (workers > 5L * smtp.mailsPerSecond()) {
      mistakes.add("workers", "must be at most five seconds' worth of smtp.mailsPerSecond");
    }
    if (maxBackoff.compareTo(firstBackoff) < 0) {
      mistakes.add("maxBackoff", "must not be shorter than firstBackoff");
    }
  }
}
