package io.classbell.payment.provider;

import io.classbell.payment.api.PaymentSettings;
import io.classbell.payment.api.PaymentSettings.Fake;
import io.classbell.payment.api.PaymentSettings.PayPal;
import io.classbell.payment.api.PaymentSettings.Stripe;
import io.classbell.platform.config.Secret;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the access to each provider: its own settings, or the fake provider of test mode if it
 * has no address of its own. The keys of the fakes are derived from one secret.
 */
public final class ProviderAccess {
  private static final String STRIPE = "https://api.stripe.com";
  private static final String PAYPAL = "https://api-m.paypal.com";

  /** Id of the fake PayPal's webhook. */
  public static final String FAKE_WEBHOOK = "WH-FAKE";

  /** Client id at the fake PayPal. */
  public static final String FAKE_CLIENT = "classbell";

  private ProviderAccess() {}

  /** Returns the access to Stripe; null if it is switched off. */
  public static @Nullable Stripe stripe(PaymentSettings settings, boolean testMode) {
    Stripe own = settings.stripe();
    if (own.apiUrl() == null && settings.usesFakes(testMode)) {
      Fake fake = settings.fake();
      String secret = Objects.requireNonNull(fake.secret()).reveal();
      return new Stripe(
          fake.url() + "/stripe",
          Secret.of("sk_test_" + secret),
          List.of(Secret.of("whsec_" + secret)));
    }
    return own.enabled()
        ? new Stripe(
            own.apiUrl() == null ? STRIPE : own.apiUrl(), own.secretKey(), own.webhookSecrets())
        : null;
  }

  /** Returns the access to PayPal; null if it is switched off. */
  public static @Nullable PayPal paypal(PaymentSettings settings, boolean testMode) {
    PayPal own = settings.paypal();
    if (own.apiUrl() == null && settings.usesFakes(testMode)) {
      Fake fake = settings.fake();
      String url = Objects.requireNonNull(fake.url());
      return new PayPal(
          url + "/paypal",
          FAKE_CLIENT,
          fake.secret(),
          FAKE_WEBHOOK,
          own.verification(),
          List.of(URI.create(url).getHost()),
          fake.certificateCa());
    }
    return own.enabled()
        ? new PayPal(
            own.apiUrl() == null ? PAYPAL : own.apiUrl(),
            own.clientId(),
            own.clientSecret(),
            own.webhookId(),
            own.verification(),
            own.certificateHosts(),
            own.certificateCa())
        : null;
  }
}
