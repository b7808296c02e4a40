package io.classbell.payment.api;

import io.classbell.platform.bus.Operation;
import java.util.List;

/** Bus operations of the payment module. */
public final class PaymentApi {

  /** Returns the price of credits, and the providers that accept each currency. */
  public static final Operation<ListRates, Rates> RATES =
      Operation.of("payment.rates", ListRates.class, Rates.class);

  public record ListRates() {}

  public record Rates(List<Rate> items) {}

  /**
   * The price of one credit.
   *
   * @param price a decimal number in whole units of the currency
   * @param decimals number of decimals of prices in this currency
   * @param providers those that accept this currency
   */
  public record Rate(String currency, String price, int decimals, List<String> providers) {}

  private PaymentApi() {}
}
