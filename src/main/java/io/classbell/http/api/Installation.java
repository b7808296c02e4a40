package io.classbell.http.api;

import io.classbell.account.api.DemoAccount;
import io.classbell.booking.api.BookingSettings;
import java.util.List;
import java.util.Map;

/**
 * What HTTP tells clients about an installation besides its own settings.
 *
 * @param booking settings of classes; the contract's limits of slots follow them
 * @param providers the payment providers that are switched on
 * @param demoAccounts the accounts of test mode; empty otherwise
 */
public record Installation(
    BookingSettings booking, List<Provider> providers, List<DemoAccount> demoAccounts) {

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
