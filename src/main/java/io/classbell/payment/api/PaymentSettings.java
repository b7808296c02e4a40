package io.classbell.payment.api;

import io.classbell.platform.config.Secret;
import io.classbell.platform.config.Setting;
import io.classbell.platform.config.SettingsErrors;
import io.classbell.platform.config.ValidatedSettings;
import io.classbell.platform.tls.Pem;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings of payment providers. A provider without its settings is switched off. */
public record PaymentSettings(
    @Setting("Stripe; switched off without secretKey.") Stripe stripe,
    @Setting("PayPal; switched off without clientId and clientSecret.") PayPal paypal,
    @Setting(
            value =
                "Price of one credit in each currency that is accepted, as in EUR=1.00,JPY=150. The"
                    + " first currency is used if a purchase names none.",
            byDefault = "EUR=1.00,JPY=150")
        String rates,
    @Setting(
            value =
                "How often the provider is asked for the state of a purchase that is not decided, in"
                    + " platform time.",
            byDefault = "PT1M",
            atLeast = "PT1S",
            atMost = "PT1H")
        Duration pollEvery,
    @Setting(
            value = "How often the provider's journal is compared with ours, in platform time.",
            byDefault = "PT5M",
            atLeast = "PT1S",
            atMost = "P1D")
        Duration reconcileEvery,
    @Setting(
            value = "Smallest amount of a withdrawal, in minor units.",
            byDefault = "1000",
            min = 1,
            max = MOST)
        long minimumWithdrawal,
    @Setting(
            value =
                "Withdrawals above this amount, in minor units, need the approval of two admins.",
            byDefault = "100000",
            min = 0,
            max = MOST)
        long secondApprovalAbove,
    @Setting(
            value =
                "Whether providers without an apiUrl of their own are replaced by fake ones, which"
                    + " scripts/run starts. Only in test mode, where it is the default.")
        @Nullable Boolean fakeProviders,
    @Setting("The fake providers; set by the embedded servers.") Fake fake)
    implements ValidatedSettings {

  private static final long MOST = 1_000_000_000_000L;
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Access to Stripe. */
  public record Stripe(
      @Setting("Address of the API; https://api.stripe.com when absent.") @Nullable String apiUrl,
      @Setting("Secret or restricted key: sk_live_... or sk_test_....") @Nullable Secret secretKey,
      @Setting(
              "Signing secrets of the webhook endpoint (whsec_...); two while a secret is rolled."
                  + " Webhooks are rejected without one.")
          List<Secret> webhookSecrets) {

    public boolean enabled() {
      return secretKey != null;
    }
  }

  /** Access to PayPal. */
  public record PayPal(
      @Setting("Address of the API; https://api-m.paypal.com when absent.") @Nullable String apiUrl,
      @Setting("Client id of the REST app.") @Nullable String clientId,
      @Setting("Secret of the REST app.") @Nullable Secret clientSecret,
      @Setting(
              "Id of the webhook, which is part of what is signed. Webhooks are rejected without it.")
          @Nullable String webhookId,
      @Setting(
              value =
                  "How webhooks are verified: offline with PayPal's certificate, or by asking the API.",
              byDefault = "offline")
          Verification verification,
      @Setting(
              value = "Hosts that a signing certificate may come from.",
              byDefault =
                  "api.paypal.com,api-m.paypal.com,api.sandbox.paypal.com,api-m.sandbox.paypal.com")
          List<String> certificateHosts,
      @Setting(
              "PEM file with the authority that signed PayPal's certificates; those that Java knows"
                  + " when absent.")
          @Nullable String certificateCa) {

    public boolean enabled() {
      return clientId != null && clientSecret != null;
    }
  }

  /** How PayPal's webhooks are verified. */
  public enum Verification {
    /** With the signing certificate, without a call for each event. */
    OFFLINE,
    /** By PayPal's API. */
    API
  }

  /** The fake providers of test mode. */
  public record Fake(
      @Setting("Address of the fake providers.") @Nullable String url,
      @Setting("Secret that their keys are derived from.") @Nullable Secret secret,
      @Setting("PEM file with the authority of the fake PayPal's certificates.")
          @Nullable String certificateCa) {}

  @Override
  public void check(SettingsErrors mistakes) {
    if (stripe.apiUrl() != null && stripe.secretKey() == null) {
      mistakes.add("stripe.secretKey", "must be set with stripe.apiUrl");
    }
    if (!stripe.webhookSecrets().isEmpty() && stripe.secretKey() == null) {
      mistakes.add("stripe.secretKey", "must be set with stripe.webhookSecrets");
    }
    if ((paypal.clientId() == null) != (paypal.clientSecret() == null)) {
      mistakes.add("paypal.clientSecret", "paypal.clientId and paypal.clientSecret go together");
    }
    if (paypal.apiUrl() != null && paypal.clientId() == null) {
      mistakes.add("paypal.clientId", "must be set with paypal.apiUrl");
    }
    if (fake.url() != null && fake.secret() == null) {
      mistakes.add("fake.secret", "must be set with fake.url");
    }
    Pem.checkCertificates(mistakes, "paypal.certificateCa", paypal.certificateCa());
    try {
      CreditRates.parse(rates);
    } catch (IllegalArgumentException e) {
      mistakes.add("rates", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Checks what depends on the mode: https alone in production, and no fakes there.
   *
   * @param prefix of the names in mistakes
   */
  public void checkMode(SettingsErrors mistakes, String prefix, boolean testMode) {
    checkUrl(mistakes, prefix + "stripe.apiUrl", stripe.apiUrl(), testMode);
    checkUrl(mistakes, prefix + "paypal.apiUrl", paypal.apiUrl(), testMode);
    checkUrl(mistakes, prefix + "fake.url", fake.url(), testMode);
    if (!testMode && Boolean.TRUE.equals(fakeProviders)) {
      mistakes.add(prefix + "fakeProviders", "belongs to test mode, and this is production");
    }
    if (!testMode && fake.url() != null) {
      mistakes.add(prefix + "fake.url", "belongs to test mode, and this is production");
    }
  }

  private static void checkUrl(
      SettingsErrors mistakes, String setting, @Nullable String url, boolean testMode) {
    if (url == null) {
      return;
    }
    try {
      URI uri = new URI(url);
      boolean secure = "https".equals(uri.getScheme());
      boolean local =
          "http".equals(uri.getScheme()) && LOOPBACK.contains(String.valueOf(uri.getHost()));
      if (uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null) {
        mistakes.add(setting, "must be an address such as https://api.example.com");
      } else if (!secure && !(local && testMode)) {
        mistakes.add(
            setting,
            testMode ? "must be https://, or http:// on a loopback address" : "must be https://");
      }
    } catch (URISyntaxException e) {
      mistakes.add(setting, "must be an address such as https://api.example.com");
    }
  }

  /** Whether providers without an apiUrl of their own are fake ones. */
  public boolean usesFakes(boolean testMode) {
    return testMode && !Boolean.FALSE.equals(fakeProviders) && fake.url() != null;
  }

  /** Whether credits can be bought with Stripe, or with the fake that stands for it. */
  public boolean offersStripe(boolean testMode) {
    return stripe.enabled() || (stripe.apiUrl() == null && usesFakes(testMode));
  }

  /** Whether credits can be bought with PayPal, or with the fake that stands for it. */
  public boolean offersPayPal(boolean testMode) {
    return paypal.enabled() || (paypal.apiUrl() == null && usesFakes(testMode));
  }
}
