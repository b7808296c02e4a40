package io.classbell.payment.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChargeCurrencyTest {

  private static ChargeCurrency at(Provider provider, String code) {
    return Objects.requireNonNull(ChargeCurrency.of(provider, code));
  }

  /** 25 credits at a rate: the price in minor units of ISO 4217, and as the provider counts it. */
  @ParameterizedTest
  @CsvSource({
    "stripe, EUR, 1.00, 2500, 2500, 25.00",
    "stripe, JPY, 150, 3750, 3750, 3750",
    "stripe, HUF, 400.5, 1001250, 1001250, 10012.50",
    "stripe, ISK, 140, 3500, 350000, 3500.00",
    "stripe, UGX, 3700, 92500, 9250000, 92500.00",
    "stripe, KRW, 1500, 37500, 37500, 37500",
    "stripe, TWD, 32, 80000, 80000, 800.00",
    "stripe, MGA, 4500.01, 11250000, 112500, 112500",
    "paypal, EUR, 1.00, 2500, 2500, 25.00",
    "paypal, HUF, 400.5, 1001300, 10013, 10013",
    "paypal, TWD, 32.01, 80000, 800, 800",
    "paypal, JPY, 150, 3750, 3750, 3750"
  })
  void a_price_is_counted_as_the_provider_counts(
      Provider provider, String code, BigDecimal rate, long minor, long units, String amount) {
    ChargeCurrency currency = at(provider, code);
    assertThat(currency.price(rate, 2_500)).isEqualTo(minor);
    assertThat(currency.units(minor)).isEqualTo(units);
    assertThat(currency.amount(minor).toPlainString()).isEqualTo(amount);
    assertThat(currency.minorOfUnits(units)).isEqualTo(minor);
    assertThat(currency.minor(new BigDecimal(amount))).isEqualTo(minor);
  }

  @ParameterizedTest
  @CsvSource({
    "stripe, KWD",
    "stripe, BHD",
    "stripe, JOD",
    "stripe, XXX",
    "paypal, KWD",
    "paypal, ISK",
    "paypal, RUB"
  })
  void other_currencies_are_not_taken(Provider provider, String code) {
    assertThat(ChargeCurrency.of(provider, code)).isNull();
  }

  @Test
  void prices_are_exact_decimals_rounded_half_up() {
    assertThat(at(Provider.stripe, "EUR").price(new BigDecimal("19.99"), 100)).isEqualTo(1_999);
    assertThat(at(Provider.stripe, "EUR").price(new BigDecimal("0.333"), 150)).isEqualTo(50);
    assertThat(at(Provider.stripe, "JPY").price(new BigDecimal("150"), 1)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"EUR, 50", "GBP, 30", "JPY, 50", "HUF, 17500", "DKK, 250", "MXN, 1000", "ISK, 1"})
  void small_charges_are_below_the_minimum(String code, long minimum) {
    assertThat(at(Provider.stripe, code).minimum()).isEqualTo(minimum);
  }

  @Test
  void an_amount_with_a_fraction_is_no_money() {
    assertThat(at(Provider.paypal, "EUR").minor(new BigDecimal("1.005"))).isNull();
    assertThat(at(Provider.stripe, "ISK").minorOfUnits(150)).isNull();
  }
}
