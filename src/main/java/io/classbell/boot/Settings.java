package io.classbell.boot;

import io.classbell.Classbell;
import io.classbell.account.api.AccountSettings;
import io.classbell.booking.api.BookingSettings;
import io.classbell.http.api.HttpSettings;
import io.classbell.notification.api.NotificationSettings;
import io.classbell.payment.api.PaymentSettings;
import io.classbell.platform.bus.ClusterSettings;
import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.log.LogSettings;
import io.classbell.platform.redis.RedisSettings;
import io.classbell.platform.zones.TimeZoneSettings;
import io.classbell.schedule.api.ScheduleSettings;
import io.classbell.wallet.api.WalletSettings;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * All settings, as one tree that {@link Classbell} reads once and passes to the parts by
 * constructor.
 */
public record Settings(
    @Setting(
            value =
                "Test mode has test credits, a test clock and demo accounts; production has none of"
                    + " them.",
            unanimous = true)
        Mode mode,
    @Setting("This node.") NodeSettings node,
    @Setting("Logs.") LogSettings log,
    @Setting("HTTP, sockets and the management port.") HttpSettings http,
    @Setting("The system of record.") DatabaseSettings database,
    @Setting("Redis.") RedisSettings redis,
    @Setting("Nodes that share one event bus.") ClusterSettings cluster,
    @Setting("Identity.") AccountSettings account,
    @Setting("Time zone rules.") TimeZoneSettings timeZones,
    @Setting("The ledger.") WalletSettings wallet,
    @Setting("Payment providers.") PaymentSettings payment,
    @Setting("Slots, bookings and meetings.") BookingSettings booking,
    @Setting("The outbox.") ScheduleSettings schedule,
    @Setting("Mail and push.") NotificationSettings notification)
    implements ValidatedSettings {

  /** The mode of the platform. */
  public enum Mode {
    /** Test credits, test clock, demo accounts. */
    TEST,
    /** Real people. */
    PRODUCTION
  }

  /** Whether this is test mode. */
  public boolean isTest() {
    return mode == Mode.TEST;
  }

  @Override
  public void check(SettingsErrors mistakes) {
    payment.checkMode(mistakes, "payment.", isTest());
    if (isTest()) {
      checkTest(mistakes);
    } else {
      checkProduction(mistakes);
    }
  }

  private void checkTest(SettingsErrors mistakes) {
    if (!isLocal(http.publicUrl())) {
      mistakes.add(
          "http.publicUrl", "is a public address, and test mode gives credits away: not both");
    }
    if (http.tlsCertificate() != null) {
      mistakes.add("http.tlsCertificate", "belongs to production, and this is test mode: not both");
    }
    if (!http.insecureTestMode()) {
      checkLoopback(mistakes, "http.host", http.host());
      checkLoopback(mistakes, "http.managementHost", http.managementHost());
    }
    NotificationSettings.Fcm fcm = notification.push().fcm();
    if (fcm.isConfigured() && fcm.apiUrl() == null) {
      mistakes.add(
          "notification.push.fcm.apiUrl",
          "must be set in test mode, which would reach real devices otherwise");
    }
  }

  private static void checkLoopback(SettingsErrors mistakes, String setting, String host) {
    if (!HttpSettings.isLoopback(host)) {
      mistakes.add(
          setting,
          "is not a loopback address, and test mode gives credits, a clock and an admin to whoever"
              + " reaches it: listen on 127.0.0.1, or start with --insecure-test-mode"
              + " (http.insecureTestMode)");
    }
  }

  private void checkProduction(SettingsErrors mistakes) {
    if (http.insecureTestMode()) {
      mistakes.add("http.insecureTestMode", "belongs to test mode, and this is production");
    }
    checkHttps(mistakes, "notification.push.fcm.apiUrl", notification.push().fcm().apiUrl());
    checkHttps(mistakes, "notification.push.fcm.tokenUrl", notification.push().fcm().tokenUrl());
    if (!http.publicUrl().startsWith("https://")) {
      mistakes.add("http.publicUrl", "must be https:// in production");
    }
    if (cluster.enabled() && cluster.secret() == null) {
      mistakes.add("cluster.secret", "must be set in production");
    }
    if (notification.smtp().from().endsWith(".test")) {
      mistakes.add("notification.smtp.from", "must be set to your own address in production");
    }
  }

  private static void checkHttps(SettingsErrors mistakes, String setting, @Nullable String url) {
    if (url != null && !url.startsWith("https://")) {
      mistakes.add(setting, "must be https:// in production");
    }
  }

  private static boolean isLocal(String url) {
    String host = String.valueOf(URI.create(url).getHost());
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || host.endsWith(".test")
        || host.equals("[::1]")
        || host.matches("(127|10)(\\.\\d{1,3}){3}")
        || host.matches("192\\.168(\\.\\d{1,3}){2}")
        || host.matches("172\\.(1[6-9]|2\\d|3[01])(\\.\\d{1,3}){2}");
  }
}
