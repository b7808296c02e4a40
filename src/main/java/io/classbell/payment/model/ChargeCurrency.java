package io.classbell.payment.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a provider counts charges in a currency. Decimals depend on the provider: the forint has two
 * at Stripe and none at PayPal, the króna none in ISO 4217 but two, always zero, at Stripe.
 *
 * @param isoDecimals decimals of the minor units of ISO 4217, in which this platform stores money
 * @param decimals decimals of the provider's amounts
 * @param step smallest difference between two amounts that the provider accepts, in minor units of
 *     ISO 4217
 * @param minimum smallest charge, in minor units of ISO 4217
 * @param maximum largest charge, in minor units of ISO 4217
 * @see <a href="https://docs.stripe.com/currencies">Stripe: supported currencies</a>
 * @see <a href="https://developer.paypal.com/reference/currency-codes/">PayPal: currency codes</a>
 */
public record ChargeCurrency(
    String code, int isoDecimals, int decimals, long step, long minimum, long maximum) {

  private static final Set<String> STRIPE_WITHOUT_DECIMALS =
      Set.of(
          "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
          "XOF", "XPF");

  /** Two decimals at Stripe, which must be 00, although ISO 4217 has none. */
  private static final Set<String> STRIPE_WHOLE_UNITS = Set.of("ISK", "UGX");

  private static final Map<String, String> STRIPE_MINIMUM =
      Map.ofEntries(
          Map.entry("USD", "0.50"),
          Map.entry("EUR", "0.50"),
          Map.entry("CHF", "0.50"),
          Map.entry("AUD", "0.50"),
          Map.entry("CAD", "0.50"),
          Map.entry("SGD", "0.50"),
          Map.entry("GBP", "0.30"),
          Map.entry("JPY", "50"),
          Map.entry("KRW", "50"),
          Map.entry("HUF", "175"),
          Map.entry("CZK", "15"),
          Map.entry("PLN", "2"),
          Map.entry("RON", "2"),
          Map.entry("AED", "2"),
          Map.entry("MYR", "2"),
          Map.entry("DKK", "2.50"),
          Map.entry("NOK", "3"),
          Map.entry("SEK", "3"),
          Map.entry("HKD", "4"),
          Map.entry("MXN", "10"),
          Map.entry("THB", "10"));

  private static final Set<String> PAYPAL =
      Set.of(
          "AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "EUR", "HKD", "HUF", "ILS", "JPY", "MYR", "MXN",
          "TWD", "NZD", "NOK", "PHP", "PLN", "GBP", "SGD", "SEK", "CHF", "THB", "USD");

  private static final Set<String> PAYPAL_WITHOUT_DECIMALS = Set.of("HUF", "JPY", "TWD");

  /** Stripe takes at most eight digits. */
  private static final long STRIPE_MOST_UNITS = 99_999_999;

  private static final long PAYPAL_MOST = 9_999_999;

  /**
   * Returns how a provider counts a currency; null if it does not take it. Currencies with three
   * decimals are refused, because Stripe no longer says how it counts them.
   */
  public static @Nullable ChargeCurrency of(Provider provider, String code) {
    int iso;
    try {
      iso = Currency.getInstance(code).getDefaultFractionDigits();
    } catch (IllegalArgumentException e) {
      return null;
    }
    return switch (provider) {
      case stripe -> atStripe(code, iso);
      case paypal -> atPayPal(code, iso);
    };
  }

  private static @Nullable ChargeCurrency atStripe(String code, int iso) {
    boolean hasNone = STRIPE_WITHOUT_DECIMALS.contains(code);
    boolean isWhole = STRIPE_WHOLE_UNITS.contains(code);
    if (!hasNone && !isWhole && iso != 2) {
      return null;
    }
    int decimals = hasNone ? 0 : 2;
    long step = hasNone || isWhole ? power(iso) : 1;
    BigDecimal least = new BigDecimal(STRIPE_MINIMUM.getOrDefault(code, hasNone ? "50" : "0.50"));
    long most =
        BigDecimal.valueOf(STRIPE_MOST_UNITS, decimals)
            .movePointRight(iso)
            .setScale(0, RoundingMode.DOWN)
            .longValueExact();
    return new ChargeCurrency(
        code, iso, decimals, step, Math.max(step, minor(least, iso)), most / step * step);
  }

  private static @Nullable ChargeCurrency atPayPal(String code, int iso) {
    if (!PAYPAL.contains(code)) {
      return null;
    }
    int decimals = PAYPAL_WITHOUT_DECIMALS.contains(code) ? 0 : 2;
    long step = power(iso - decimals);
    return new ChargeCurrency(code, iso, decimals, step, step, PAYPAL_MOST * power(iso));
  }

  private static long power(int decimals) {
    return BigInteger.TEN.pow(decimals).longValueExact();
  }

  private static long minor(BigDecimal amount, int iso) {
    return amount.movePointRight(iso).setScale(0, RoundingMode.UP).longValueExact();
  }

  /**
   * Returns the price of credits in minor units of ISO 4217, rounded half up to what the provider
   * can charge.
   *
   * @param rate price of one credit in whole units
   * @param credits in 1/100 credit
   * @throws ArithmeticException if it does not fit a long
   */
  public long price(BigDecimal rate, long credits) {
    BigDecimal exact = rate.multiply(BigDecimal.valueOf(credits, 2)).movePointRight(isoDecimals);
    BigDecimal steps = exact.divide(BigDecimal.valueOf(step), 0, RoundingMode.HALF_UP);
    return steps.longValueExact() * step;
  }

  /** Returns an amount in the provider's whole units, with its decimals: {@code 25.00}. */
  public BigDecimal amount(long minor) {
    return BigDecimal.valueOf(minor, isoDecimals).setScale(decimals, RoundingMode.UNNECESSARY);
  }

  /** Returns an amount in the provider's smallest units, as Stripe counts. */
  public long units(long minor) {
    return amount(minor).unscaledValue().longValueExact();
  }

  /** Returns the minor units of ISO 4217 of an amount in whole units; null if it has a fraction. */
  public @Nullable Long minor(BigDecimal amount) {
    try {
      return amount.movePointRight(isoDecimals).longValueExact();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** Returns the minor units of ISO 4217 of an amount in the provider's smallest units. */
  public @Nullable Long minorOfUnits(long units) {
    return minor(BigDecimal.valueOf(units, decimals));
  }
}
