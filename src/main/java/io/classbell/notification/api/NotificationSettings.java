package io.classbell.notification.api;

import io.classbell.notification.push.keys.ServiceAccount;
import io.classbell.notification.push.keys.VapidKeys;
import io.classbell.platform.config.Secret;
import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import io.classbell.platform.tls.Pem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of mails, push messages and their delivery. */
public record NotificationSettings(
    @Setting("The mail server.") Smtp smtp,
    @Setting("Push messages to devices.") Push push,
    @Setting(
            value =
                "Attempts before a delivery can become a dead letter; one that is rejected"
                    + " permanently becomes one at once.",
            byDefault = "12",
            min = 1,
            max = 1000)
        int maxAttempts,
    @Setting(
            value =
                "Shortest time for which a delivery is retried; a mail server may be unavailable"
                    + " for a day.",
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
                "Deliveries in progress at once on a node; at most smtp.maxConnections are used,"
                    + " because waiting for a connection counts towards smtp.sendTimeout.",
            byDefault = "8",
            min = 1,
            max = 1000)
        int workers,
    @Setting(
            value =
                "Most notifications mailed one by one to a recipient in a mailPeriod; those beyond"
                    + " are collected in one mail at its end. When absent: 50 in production,"
                    + " 1,000,000 in test mode, whose clock can be moved through months of mails.",
            min = 1,
            max = MOST_MAILS)
        @Nullable Integer mailsPerRecipient,
    @Setting(
            value =
                "Most of them about rejected bookings, which anybody without credits can cause by"
                    + " the hundred.",
            byDefault = "3",
            min = 0,
            max = MOST_MAILS)
        int rejectionMailsPerRecipient,
    @Setting(
            value = "Period of mailsPerRecipient and rejectionMailsPerRecipient, in real time.",
            byDefault = "PT1H",
            atLeast = "PT1S",
            atMost = "P1D")
        Duration mailPeriod,
    @Setting(
            value =
                "Time after which a notification is mailed if it is still unread, by the platform's"
                    + " clock. Mails about money and cancellations are sent at once. When absent:"
                    + " PT5M in production, PT0S (at once) in test mode.",
            atMost = "P7D")
        @Nullable Duration emailAfter)
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
                  "Whether a connection is encrypted from its first byte (port 465); startTls is"
                      + " ignored then.",
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
      @Setting("Whether pushes are sent; when absent, if fcm or webPush is configured.")
          @Nullable Boolean enabled,
      @Setting("Firebase Cloud Messaging.") Fcm fcm,
      @Setting("Web Push.") WebPushSettings webPush,
      @Setting(
              value = "Pushes in progress at once on a node.",
              byDefault = "16",
              min = 1,
              max = 1000)
          int workers) {

    /** Whether pushes are sent. */
    public boolean isOn() {
      return enabled != null ? enabled : fcm.isConfigured() || webPush.isConfigured();
    }
  }

  /** Firebase Cloud Messaging, HTTP v1; off without a service account. */
  public record Fcm(
      @Setting("Address of the API; https://fcm.googleapis.com when absent.")
          @Nullable String apiUrl,
      @Setting("Address that issues access tokens; that of the service account when absent.")
          @Nullable String tokenUrl,
      @Setting("Id of the Firebase project; that of the service account when absent.")
          @Nullable String projectId,
      @Setting("Key of a service account: its JSON, or the path of a file with it.")
          @Nullable Secret serviceAccount) {

    /** Whether there is a service account. */
    public boolean isConfigured() {
      return serviceAccount != null;
    }
  }

  /** Web Push with VAPID keys; off without them. */
  public record WebPushSettings(
      @Setting("Public VAPID key: the uncompressed P-256 point in base64url.")
          @Nullable String publicKey,
      @Setting("Private VAPID key: the scalar of 32 bytes in base64url.")
          @Nullable Secret privateKey,
      @Setting("Contact for operators of push services: a mailto: or https: URL.")
          @Nullable String subject,
      @Setting(
              value =
                  "Hosts of push services to which messages are sent; *.example.com is every host"
                      + " below example.com.",
              byDefault =
                  "fcm.googleapis.com,*.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com")
          List<String> allowedHosts) {

    /** Whether there are keys. */
    public boolean isConfigured() {
      return publicKey != null && privateKey != null && subject != null;
    }
  }

  @Override
  public void check(SettingsErrors mistakes) {
    checkPush(mistakes);
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

  private void checkPush(SettingsErrors mistakes) {
    Fcm fcm = push.fcm();
    checkUrl(mistakes, "push.fcm.apiUrl", fcm.apiUrl());
    checkUrl(mistakes, "push.fcm.tokenUrl", fcm.tokenUrl());
    if (fcm.projectId() != null && !fcm.projectId().matches("[a-z0-9:.-]{1,64}")) {
      mistakes.add("push.fcm.projectId", "is not the id of a project");
    }
    WebPushSettings web = push.webPush();
    if (!web.isConfigured()
        && (web.publicKey() != null || web.privateKey() != null || web.subject() != null)) {
      mistakes.add("push.webPush", "publicKey, privateKey and subject go together");
    }
    if (web.subject() != null
        && !web.subject().matches("(mailto:[^@\\s]+@[^@\\s]+|https://\\S+)")) {
      mistakes.add("push.webPush.subject", "must be a mailto: or https: URL");
    }
    for (String host : web.allowedHosts()) {
      if (!host.matches("(\\*\\.)?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*")) {
        mistakes.add("push.webPush.allowedHosts", "must be host names");
      }
    }
    try {
      if (web.publicKey() != null && web.privateKey() != null) {
        VapidKeys.of(web.publicKey(), web.privateKey());
      }
    } catch (IllegalArgumentException e) {
      mistakes.add("push.webPush", String.valueOf(e.getMessage()));
    }
    try {
      if (fcm.serviceAccount() != null
          && ServiceAccount.of(fcm.serviceAccount()).projectId().isEmpty()
          && fcm.projectId() == null) {
        mistakes.add("push.fcm.projectId", "must be set: the service account names no project");
      }
    } catch (IllegalArgumentException e) {
      mistakes.add("push.fcm.serviceAccount", String.valueOf(e.getMessage()));
    }
  }

  private static void checkUrl(SettingsErrors mistakes, String setting, @Nullable String url) {
    if (url != null
        && !url.matches(
            "https://\\S+[^/\\s]|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?(/\\S*[^/\\s])?")) {
      mistakes.add(
          setting,
          "must be an https:// URL without a slash at its end (http:// to loopback in test mode)");
    }
  }
}
