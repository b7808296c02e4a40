package io.classbell.payment.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.payment.model.CardRefund;
import io.classbell.payment.model.ChargeCurrency;
import io.classbell.payment.model.Provider;
import io.classbell.payment.model.ProviderEvent;
import io.classbell.payment.model.Purchase;
import io.classbell.payment.model.Sighting;
import io.classbell.payment.provider.CheckoutProvider;
import io.classbell.payment.provider.ProviderFailure;
import io.classbell.payment.provider.ProviderFailure.Kind;
import io.classbell.platform.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Purchases by Stripe Checkout Sessions in payment mode.
 *
 * @see <a href="https://docs.stripe.com/checkout/fulfillment">Stripe: fulfil orders</a>
 */
public final class StripeCheckout implements CheckoutProvider {
  /** Shorter than the limit of an HTTP request, so that the buyer gets an answer. */
  private static final Duration OPEN_LIMIT = Duration.ofSeconds(7);

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Stripe keeps keys for at least 24 hours. */
  private static final Duration KEY_LIFE = Duration.ofHours(23);

  private static final int MOST_LISTED = 100;

  /**
   * Releases whose events have the fields that are read here. Payloads of other versions are not
   * used: their object is read again, in our own version.
   */
  private static final Set<String> RELEASES =
      Set.of("acacia", "basil", "clover", "dahlia", "endive");

  private final StripeClient client;
  private final String publicUrl;

  /**
   * @param publicUrl where the payer returns to
   */
  public StripeCheckout(StripeClient client, String publicUrl) {
    this.client = client;
    this.publicUrl = publicUrl;
  }

  @Override
  public Provider provider() {
    return Provider.stripe;
  }

  @Override
  public OpenCheckout open(Purchase purchase, int attempt, Instant expiresAt) {
    ChargeCurrency currency = currency(purchase);
    String back = publicUrl + "/wallet?purchase=" + purchase.id();
    List<Map.Entry<String, String>> form = new ArrayList<>();
    form.add(Map.entry("mode", "payment"));
    form.add(Map.entry("client_reference_id", purchase.id()));
    form.add(Map.entry("success_url", back));
    form.add(Map.entry("cancel_url", back + "&cancelled=true"));
    form.add(Map.entry("line_items[0][quantity]", "1"));
    form.add(
        Map.entry(
            "line_items[0][price_data][currency]", purchase.currency().toLowerCase(Locale.ROOT)));
    form.add(
        Map.entry(
            "line_items[0][price_data][unit_amount]",
            Long.toString(currency.units(purchase.price()))));
    form.add(Map.entry("line_items[0][price_data][product_data][name]", "Classbell credits"));
    form.add(Map.entry("metadata[" + StripeObjects.PURCHASE + "]", purchase.id()));
    form.add(
        Map.entry("payment_intent_data[metadata][" + StripeObjects.PURCHASE + "]", purchase.id()));
    // Otherwise a setting of the dashboard lets buyers pay in a currency of their own.
    form.add(Map.entry("adaptive_pricing[enabled]", "false"));
    form.add(Map.entry("expires_at", Long.toString(expiresAt.getEpochSecond())));
    JsonNode session =
        client.post(
            "create_session",
            "/v1/checkout/sessions",
            form,
            "purchase-" + purchase.id() + "-" + attempt,
            OPEN_LIMIT);
    String url = StripeObjects.text(session.path("url"));
    if (url == null) {
      throw new ProviderFailure(Kind.BROKEN, "no_url");
    }
    return new OpenCheckout(StripeObjects.required(session, "id"), url);
  }

  @Override
  public List<Sighting> look(Purchase purchase, boolean close, Duration limit) {
    if (purchase.checkoutRef() == null) {
      return List.of();
    }
    String path = "/v1/checkout/sessions/" + encode(purchase.checkoutRef());
    JsonNode session = client.get("get_session", path, limit);
    if (session != null && close && session.path("status").asText().equals("open")) {
      session = closed(purchase.checkoutRef(), limit);
    }
    if (session == null) {
      throw new ProviderFailure(Kind.REFUSED, "session_missing");
    }
    Sighting seen = StripeObjects.session(session);
    if (seen != null && seen.fact() instanceof io.classbell.payment.model.PaymentFact.Processing) {
      return failedOrNot(session, seen, limit);
    }
    return seen == null ? List.of() : List.of(seen);
  }

  /** A payer may complete the session while it is being closed; then the payment wins. */
  private @Nullable JsonNode closed(String session, Duration limit) {
    String path = "/v1/checkout/sessions/" + encode(session);
    try {
      return client.post("expire_session", path + "/expire", List.of(), "expire-" + session, limit);
    } catch (ProviderFailure e) {
      if (e.kind() != Kind.REFUSED) {
        throw e;
      }
      return client.get("get_session", path, limit);
    }
  }

  /** A delayed payment that failed leaves its session complete and unpaid. */
  private List<Sighting> failedOrNot(JsonNode session, Sighting processing, Duration limit) {
    String payment = processing.paymentRef();
    JsonNode intent =
        payment == null
            ? null
            : client.get("get_payment", "/v1/payment_intents/" + encode(payment), limit);
    String status = intent == null ? "" : intent.path("status").asText();
    if (status.equals("canceled") || status.equals("requires_payment_method")) {
      return List.of(StripeObjects.failedSession(session));
    }
    Sighting paid = intent == null ? null : StripeObjects.payment(intent);
    return List.of(paid == null ? processing : paid);
  }

  @Override
  public List<Sighting> refundsOf(String paymentRef) {
    JsonNode page =
        client.get(
            "list_refunds",
            "/v1/refunds?limit=" + MOST_LISTED + "&payment_intent=" + encode(paymentRef),
            LIMIT);
    List<Sighting> refunds = new ArrayList<>();
    if (page != null) {
      page.path("data").forEach(refund -> refunds.add(StripeObjects.refund(refund)));
    }
    return refunds;
  }

  @Override
  public Sighting refund(Purchase purchase, CardRefund refund) {
    String payment = Objects.requireNonNull(purchase.paymentRef(), "a refund needs a payment");
    List<Map.Entry<String, String>> form =
        List.of(
            Map.entry("payment_intent", payment),
            Map.entry("amount", Long.toString(currency(purchase).units(refund.money()))),
            Map.entry("metadata[" + StripeObjects.PURCHASE + "]", purchase.id()),
            Map.entry("metadata[" + StripeObjects.REFUND + "]", refund.id()));
    return StripeObjects.refund(
        client.post("create_refund", "/v1/refunds", form, "refund-" + refund.id(), LIMIT));
  }

  @Override
  public Duration refundKeyLife() {
    return KEY_LIFE;
  }

  @Override
  public @Nullable String purchaseOf(String paymentRef) {
    JsonNode intent = client.get("get_payment", "/v1/payment_intents/" + encode(paymentRef), LIMIT);
    return intent == null
        ? null
        : StripeObjects.text(intent.path("metadata").path(StripeObjects.PURCHASE));
  }

  @Override
  public List<Sighting> read(ProviderEvent event) {
    if (event.account() != null) {
      return List.of();
    }
    JsonNode body = Json.read(event.body(), JsonNode.class);
    String type = event.type();
    if (body.path("object").asText().startsWith("v2.")) {
      // A thin event names its object only.
      JsonNode related = body.path("related_object");
      return read(type.replaceFirst("^v1\\.", ""), fetch(related.path("id").asText()));
    }
    JsonNode object = body.path("data").path("object");
    return isReadable(body.path("api_version").asText())
        ? read(type, object)
        : read(type, isOfInterest(type) ? fetch(object.path("id").asText()) : null);
  }

  private static boolean isReadable(String version) {
    return RELEASES.contains(version.substring(version.indexOf('.') + 1));
  }

  private static boolean isOfInterest(String type) {
    return type.startsWith("checkout.session.")
        || type.startsWith("refund.")
        || type.startsWith("charge.")
        || type.equals("payment_intent.succeeded");
  }

  /** Reads an object in our own version; null if it is of another kind or gone. */
  private @Nullable JsonNode fetch(String id) {
    String collection =
        switch (id.substring(0, id.indexOf('_') + 1)) {
          case "cs_" -> "checkout/sessions";
          case "pi_" -> "payment_intents";
          case "re_", "pyr_" -> "refunds";
          case "ch_", "py_" -> "charges";
          case "du_", "dp_" -> "disputes";
          default -> null;
        };
    return collection == null
        ? null
        : client.get("get_object", "/v1/" + collection + "/" + encode(id), LIMIT);
  }

  private List<Sighting> read(String type, @Nullable JsonNode object) {
    if (object == null) {
      return List.of();
    }
    Sighting seen =
        switch (type) {
          case "checkout.session.completed",
              "checkout.session.async_payment_succeeded",
              "checkout.session.expired" ->
              StripeObjects.session(object);
          case "checkout.session.async_payment_failed" -> StripeObjects.failedSession(object);
          case "payment_intent.succeeded" ->
              object.path("metadata").has(StripeObjects.PURCHASE)
                  ? StripeObjects.payment(object)
                  : null;
          case "refund.created", "refund.updated", "refund.failed", "charge.refund.updated" ->
              StripeObjects.refund(object);
          case "charge.dispute.created",
              "charge.dispute.updated",
              "charge.dispute.funds_withdrawn",
              "charge.dispute.funds_reinstated",
              "charge.dispute.closed" ->
              StripeObjects.dispute(object, type);
          default -> null;
        };
    if (seen != null) {
      return List.of(seen);
    }
    // Its amount is cumulative and it lacks the refund's metadata: list the refunds.
    String payment = StripeObjects.id(object.path("payment_intent"));
    return type.equals("charge.refunded") && payment != null ? refundsOf(payment) : List.of();
  }

  private static ChargeCurrency currency(Purchase purchase) {
    return Objects.requireNonNull(
        ChargeCurrency.of(Provider.stripe, purchase.currency()), "a currency that was accepted");
  }

  private static String encode(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8);
  }
}
