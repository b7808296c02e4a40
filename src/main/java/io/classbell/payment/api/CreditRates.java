package io.classbell.payment.api;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Price of one credit in each accepted currency, in the order of the setting.
 *
 * @param byCurrency decimal prices in whole units of the currency, by ISO 4217 code
 */
public record CreditRates(SequencedMap<String, BigDecimal> byCurrency) {
  private static final BigDecimal MOST = new BigDecimal("1000000000");
  private static final int MOST_DECIMALS = 6;

  /**
   * Parses a list such as {@code EUR=1.00,JPY=150}.
   *
   * @throws IllegalArgumentException with a sentence for operators
   */
  public static CreditRates parse(String text) {
    LinkedHashMap<String, BigDecimal> rates = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      String[] pair = part.strip().split("=", -1);
      if (pair.length != 2) {
        throw new IllegalArgumentException("must be a list such as EUR=1.00,JPY=150");
      }
      String currency = pair[0].strip();
      if (!isCurrency(currency)) {
        throw new IllegalArgumentException("'" + currency + "' is not an ISO 4217 currency code");
      }
      BigDecimal price = price(currency, pair[1].strip());
      if (rates.put(currency, price) != null) {
        throw new IllegalArgumentException("names " + currency + " twice");
      }
    }
    return new CreditRates(rates);
  }

  private static boolean isCurrency(String code) {
    try {
      return code.matches("[A-Z]{3}") && Currency.getInstance(code).getDefaultFractionDigits() >= 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static BigDecimal price(String currency, String text) {
    if (!text.matches("\\d{1,10}(\\.\\d{1," + MOST_DECIMALS + "})?")) {
      throw new IllegalArgumentException(
          "the price in " + currency + " must be a decimal number such as 1.00");
    }
    BigDecimal price = new BigDecimal(text);
    if (price.signum() <= 0 || price.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          "the price in " + currency + " must be more than 0 and at most " + MOST);
    }
    return price;
  }

  /** Returns the price of one credit; null if the currency is not accepted. */
  public @Nullable BigDecimal of(String currency) {
    return byCurrency.get(currency);
  }

  /** Returns the currency of purchases that name none. */
  public String firstCurrency() {
    return byCurrency.firstEntry().getKey();
  }

  /** Returns the rates in the order of the setting. */
  public Map<String, BigDecimal> inOrder() {
    return Collections.unmodifiableMap(byCurrency);
  }
}
