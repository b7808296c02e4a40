package io.classbell.payment.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.payment.api.PaymentApi;
import io.classbell.payment.model.Provider;
import io.classbell.payment.model.ProviderEvent;
import io.classbell.payment.provider.WebhookVerifier;
import io.classbell.platform.config.Secret;
import io.classbell.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Verifies webhooks of Stripe: the signature first, then mode and account. */
public final class StripeWebhook implements WebhookVerifier {
  static final String HEADER = "stripe-signature";

  private final List<Secret> secrets;
  private final boolean live;
  private final Supplier<Instant> realNow;

  /**
   * @param testMode of the platform, which decides the expected mode if the key does not tell it
   */
  public StripeWebhook(
      List<Secret> secrets, Secret key, boolean testMode, Supplier<Instant> realNow) {
    this.secrets = secrets;
    String text = key.reveal();
    this.live = text.contains("_live_") || (!text.contains("_test_") && !testMode);
    this.realNow = realNow;
  }

  @Override
  public ProviderEvent verify(Map<String, String> headers, byte[] body) {
    if (!StripeSignature.isValid(headers.get(HEADER), body, secrets, realNow.get())) {
      throw PaymentApi.INVALID_SIGNATURE.refused();
    }
    JsonNode event = parse(body);
    String id = StripeObjects.text(event.path("id"));
    String type = StripeObjects.text(event.path("type"));
    if (id == null || type == null || id.length() > 255 || type.length() > 100) {
      throw PaymentApi.UNREADABLE_EVENT.refused();
    }
    String account = StripeObjects.text(event.path("account"));
    if (event.path("livemode").asBoolean(!live) != live) {
      throw PaymentApi.NOT_OURS.refused("The webhook is of the other mode, live or test.");
    }
    if (account != null && !isOfConnectedAccounts(type)) {
      throw PaymentApi.NOT_OURS.refused("The webhook is about another account.");
    }
    return new ProviderEvent(
        Provider.stripe, id, type, account, new String(body, StandardCharsets.UTF_8));
  }

  /** What teachers' accounts tell us: their payouts, and what they can receive. */
  private static boolean isOfConnectedAccounts(String type) {
    return type.startsWith("payout.") || type.startsWith("account.");
  }

  private static JsonNode parse(byte[] body) {
    @Nullable JsonNode event;
    try {
      event = Json.mapper().readTree(body);
    } catch (IOException e) {
      event = null;
    }
    if (event == null || !event.isObject()) {
      throw PaymentApi.UNREADABLE_EVENT.refused();
    }
    return event;
  }
}
