package io.classbell.payment.provider;

import io.classbell.payment.api.CreditRates;
import io.classbell.payment.model.ChargeCurrency;
import io.classbell.payment.model.Money;
import io.classbell.payment.model.Provider;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The providers that are switched on, and the currencies that each accepts. */
public record Providers(Map<Provider, CheckoutProvider> byName, CreditRates rates) {

  public @Nullable CheckoutProvider of(@Nullable Provider provider) {
    return provider == null ? null : byName.get(provider);
  }

  /** Returns a provider that was switched on when the purchase was made. */
  public CheckoutProvider required(Provider provider) {
    CheckoutProvider found = byName.get(provider);
    if (found == null) {
      throw new ProviderFailure(ProviderFailure.Kind.UNAVAILABLE, "switched_off");
    }
    return found;
  }

  /** Returns the names of the providers that charge this currency. */
  public List<String> accepting(String currency) {
    List<String> names = new ArrayList<>();
    for (Provider provider : Provider.values()) {
      if (byName.containsKey(provider) && ChargeCurrency.of(provider, currency) != null) {
        names.add(provider.name());
      }
    }
    return names;
  }

  /**
   * Values money in credits at the current rate, rounded down; 0 if its currency has no rate. Used
   * for money that fits no purchase.
   */
  public long credits(Money money) {
    BigDecimal rate = rates.of(money.currency());
    if (rate == null) {
      return 0;
    }
    int decimals = Currency.getInstance(money.currency()).getDefaultFractionDigits();
    return BigDecimal.valueOf(money.minor(), decimals)
        .movePointRight(2)
        .divide(rate, 0, RoundingMode.DOWN)
        .longValue();
  }
}
