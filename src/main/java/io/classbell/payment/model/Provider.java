package io.classbell.payment.model;

import org.jspecify.annotations.Nullable;

/** A payment provider; the names are those of the API and of the clearing accounts. */
public enum Provider {
  /** Stripe Checkout Sessions. */
  stripe,
  /** PayPal Orders. */
  paypal;

  /** Returns the provider of this name; null if there is none. */
  public static @Nullable Provider named(@Nullable String name) {
    for (Provider provider : values()) {
      if (provider.name().equals(name)) {
        return provider;
      }
    }
    return null;
  }
}
