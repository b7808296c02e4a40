package io.classbell.payment.payout.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.Set;

/**
 * The money that a withdrawal pays.
 *
 * @param value in whole units of the currency, rounded down to what providers can pay
 */
public record PayoutValue(String currency, BigDecimal value) {
  /** Largest withdrawal: 10^10 credits, in minor units. */
  public static final long MOST = 1_000_000_000_000L;

  /**
   * Currencies that have decimals by ISO 4217 or by a provider, but are paid out in whole units
   * (Stripe: ISK, UGX, HUF, TWD; PayPal: HUF, TWD).
   */
  private static final Set<String> WHOLE = Set.of("HUF", "ISK", "TWD", "UGX");

  /** Three-decimal currencies are paid with two, because providers want the last one to be 0. */
  private static final int MOST_DECIMALS = 2;

  /**
   * Converts credits.
   *
   * @param amount in minor units of credits
   * @param price of one credit
   */
  public static PayoutValue of(long amount, String currency, BigDecimal price) {
    int decimals =
        WHOLE.contains(currency)
            ? 0
            : Math.min(MOST_DECIMALS, Currency.getInstance(currency).getDefaultFractionDigits());
    BigDecimal exact = BigDecimal.valueOf(amount, 2).multiply(price);
    return new PayoutValue(currency, exact.setScale(decimals, RoundingMode.DOWN));
  }

  public boolean isZero() {
    return value.signum() == 0;
  }

  /** Returns the value as a decimal number without an exponent. */
  public String text() {
    return value.toPlainString();
  }
}
