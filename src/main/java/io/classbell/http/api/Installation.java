package io.classbell.http.api;

import io.classbell.account.api.DemoAccount;
import io.classbell.booking.api.BookingSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What HTTP tells clients about an installation besides its own settings.
 *
 * @param booking settings of classes; the contract's limits of slots follow them
 * @param providers the payment providers that are switched on
 * @param demoAccounts the accounts of test mode; empty otherwise
 * @param webPushKey the key with which browsers subscribe to pushes; null if there is none
 */
public record Installation(
    BookingSettings booking,
    List<Provider> providers,
    List<DemoAccount> demoAccounts,
    @Nullable String webPushKey) {

  /** An installation without Web Push. */
  public Installation(
      BookingSettings booking, List<Provider> providers, List<DemoAccount> demoAccounts) {
    this(booking, providers, demoAccounts, null);
  }

  /** Returns a copy with this key. */
  public Installation withWebPushKey(@Nullable String key) {
    return new Installation(booking, providers, demoAccounts, key);
  }

  /**
   * A payment provider.
   *
   * @param provider its name, as in requests
   * @param purchases whether credits can be bought with it
   * @param withdrawals whether it pays teachers
   */
  public record Provider(String provider, boolean purchases, boolean withdrawals) {}

  /** Returns the maximum values of slots, by the name of the schema in the contract. */
  public Map<String, Long> maxima() {
    return Map.of(
        "DurationMinutes", (long) booking.maxDurationMinutes(),
        "Capacity", (long) booking.maxCapacity(),
        "Price", booking.maxPrice());
  }
}
