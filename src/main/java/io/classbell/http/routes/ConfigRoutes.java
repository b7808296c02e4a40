package io.classbell.http.routes;

import io.classbell.account.api.DemoAccount;
import io.classbell.booking.api.BookingApi.Policy;
import io.classbell.booking.api.BookingSettings;
import io.classbell.http.api.HttpSettings;
import io.classbell.http.api.Installation;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.platform.bus.Caller.Role;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What clients need to know about an installation: modes, limits and times. */
public final class ConfigRoutes {

  /** The languages of notifications and pages, as BCP 47 tags. */
  static final List<String> LOCALES = List.of("en", "de", "zh-CN");

  /** {@code demoAccounts} is null outside of test mode, {@code webPushKey} without Web Push. */
  public record Config(
      boolean testMode,
      List<String> locales,
      Limits limits,
      Windows windows,
      List<Installation.Provider> providers,
      @Nullable List<Demo> demoAccounts,
      @Nullable String webPushKey) {}

  /** The highest allowed values; prices are in minor units. */
  public record Limits(
      int pageSize,
      int titleLength,
      int descriptionLength,
      int subjectLength,
      int capacity,
      int durationMinutes,
      long price,
      int seriesSlots,
      int socketsPerUser,
      int addressesPerSocket) {}

  /**
   * Times around a class.
   *
   * @param opensBefore how long before its start a class opens
   * @param disputeWindow how long after its end its credits wait for disputes
   * @param policy the cancellation policy of bookings that are made now
   */
  public record Windows(
      Duration opensBefore, List<Duration> reminders, Duration disputeWindow, Policy policy) {}

  /** An account of test mode. */
  public record Demo(String email, String password, Role role, String name) {
    static Demo of(DemoAccount account) {
      return new Demo(account.email(), DemoAccount.PASSWORD, account.role(), account.name());
    }
  }

  private static final int PAGE_SIZE = 100;
  private static final int TITLE_LENGTH = 120;
  private static final int DESCRIPTION_LENGTH = 2_000;
  private static final int SUBJECT_LENGTH = 60;

  private final Config config;

  public ConfigRoutes(boolean testMode, HttpSettings http, Installation installation) {
    BookingSettings booking = installation.booking();
    config =
        new Config(
            testMode,
            LOCALES,
            new Limits(
                PAGE_SIZE,
                TITLE_LENGTH,
                DESCRIPTION_LENGTH,
                SUBJECT_LENGTH,
                booking.maxCapacity(),
                booking.maxDurationMinutes(),
                booking.maxPrice(),
                booking.maxSeriesSlots(),
                http.socketsPerUser(),
                http.addressesPerSocket()),
            new Windows(
                booking.openBefore(),
                booking.reminders(),
                booking.disputeWindow(),
                booking.policy()),
            installation.providers(),
            testMode ? installation.demoAccounts().stream().map(Demo::of).toList() : null,
            installation.webPushKey());
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("getConfig", call -> Future.succeededFuture(Answer.ok(config)));
  }
}
