package io.classbell.payment.paypal;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.payment.model.CardRefund;
import io.classbell.payment.model.ChargeCurrency;
import io.classbell.payment.model.PaymentFact.Ended;
import io.classbell.payment.model.Provider;
import io.classbell.payment.model.ProviderEvent;
import io.classbell.payment.model.Purchase;
import io.classbell.payment.model.Purchase.State;
import io.classbell.payment.model.Sighting;
import io.classbell.payment.provider.CheckoutProvider;
import io.classbell.payment.provider.ProviderFailure;
import io.classbell.payment.provider.ProviderFailure.Kind;
import io.classbell.platform.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Purchases by PayPal Orders. The payer approves an order; the platform then captures its money,
 * when the browser returns, when a webhook says so, or when the order is polled.
 *
 * @see <a href="https://developer.paypal.com/docs/api/orders/v2/">PayPal: Orders v2</a>
 */
public final class PayPalCheckout implements CheckoutProvider {
  private static final Duration OPEN_LIMIT = Duration.ofSeconds(7);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** PayPal keeps request ids of payments for 45 days. */
  private static final Duration KEY_LIFE = Duration.ofDays(44);

  /** The payer must act, or choose another means of payment; the order stays open. */
  private static final Set<String> PAYER_MUST_ACT =
      Set.of("INSTRUMENT_DECLINED", "PAYER_ACTION_REQUIRED", "ORDER_NOT_APPROVED");

  private final PayPalClient client;
  private final String publicUrl;

  /**
   * @param publicUrl where the payer returns to
   */
  public PayPalCheckout(PayPalClient client, String publicUrl) {
    this.client = client;
    this.publicUrl = publicUrl;
  }

  @Override
  public Provider provider() {
    return Provider.paypal;
  }

  @Override
  public OpenCheckout open(Purchase purchase, int attempt, Instant expiresAt) {
    String back = publicUrl + "/wallet?purchase=" + purchase.id();
    Map<String, Object> order =
        Map.of(
            "intent",
            "CAPTURE",
            "purchase_units",
            List.of(
                Map.of(
                    "custom_id",
                    PayPalObjects.PURCHASE + purchase.id(),
                    "invoice_id",
                    purchase.id(),
                    "description",
                    "Classbell credits",
                    "amount",
                    amount(purchase, purchase.price()))),
            "payment_source",
            Map.of(
                "paypal",
                Map.of(
                    "experience_context",
                    Map.of(
                        "return_url",
                        back,
                        "cancel_url",
                        back + "&cancelled=true",
                        "user_action",
                        "PAY_NOW",
                        "shipping_preference",
                        "NO_SHIPPING"))));
    JsonNode created =
        client.post(
            "create_order",
            "/v2/checkout/orders",
            order,
            "purchase-" + purchase.id() + "-" + attempt,
            OPEN_LIMIT);
    for (JsonNode link : created.path("links")) {
      String rel = link.path("rel").asText();
      if (rel.equals("payer-action") || rel.equals("approve")) {
        return new OpenCheckout(
            PayPalObjects.required(created, "id"), PayPalObjects.required(link, "href"));
      }
    }
    throw new ProviderFailure(Kind.BROKEN, "no_url");
  }

  @Override
  public List<Sighting> look(Purchase purchase, boolean close, Duration limit) {
    String ref = purchase.checkoutRef();
    if (ref == null) {
      return List.of();
    }
    JsonNode order = client.get("get_order", path(ref), limit);
    if (order == null) {
      return close ? List.of(ended(purchase, State.expired)) : List.of();
    }
    return switch (order.path("status").asText()) {
      case "APPROVED" -> capture(ref, purchase.id(), limit);
      case "COMPLETED" -> PayPalObjects.order(order);
      case "VOIDED" -> List.of(ended(purchase, State.cancelled));
      default -> close ? List.of(ended(purchase, State.expired)) : List.of();
    };
  }

  private static Sighting ended(Purchase purchase, State as) {
    return new Sighting(
        Provider.paypal, purchase.id(), purchase.checkoutRef(), null, new Ended(as));
  }

  /** Captures an approved order; the same purchase is captured once. */
  private List<Sighting> capture(String order, String purchaseId, Duration limit) {
    try {
      return PayPalObjects.order(
          client.post(
              "capture_order", path(order) + "/capture", Map.of(), "capture-" + purchaseId, limit));
    } catch (ProviderFailure e) {
      if (e.kind() != Kind.REFUSED) {
        throw e;
      }
      if (PAYER_MUST_ACT.contains(e.code())) {
        return List.of();
      }
      if (e.code().equals("MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED")) {
        return List.of(
            new Sighting(Provider.paypal, purchaseId, order, null, new Ended(State.failed)));
      }
      // ORDER_ALREADY_CAPTURED above all: the order tells what was captured.
      JsonNode present = client.get("get_order", path(order), limit);
      if (present == null || !present.path("status").asText().equals("COMPLETED")) {
        throw e;
      }
      return PayPalObjects.order(present);
    }
  }

  @Override
  public List<Sighting> refundsOf(String paymentRef) {
    JsonNode capture = captureOf(paymentRef);
    String order =
        capture == null
            ? null
            : PayPalObjects.text(
                capture.path("supplementary_data").path("related_ids").path("order_id"));
    JsonNode whole = order == null ? null : client.get("get_order", path(order), LIMIT);
    return whole == null ? List.of() : PayPalObjects.order(whole);
  }

  @Override
  public Sighting refund(Purchase purchase, CardRefund refund) {
    String capture = Objects.requireNonNull(purchase.paymentRef(), "a refund needs a payment");
    JsonNode made =
        client.post(
            "refund_capture",
            "/v2/payments/captures/" + encode(capture) + "/refund",
            Map.of(
                "amount",
                amount(purchase, refund.money()),
                "custom_id",
                PayPalObjects.REFUND + refund.id()),
            "refund-" + refund.id(),
            LIMIT);
    Sighting seen = PayPalObjects.refund(made, purchase.id());
    return new Sighting(
        Provider.paypal, purchase.id(), purchase.checkoutRef(), capture, seen.fact());
  }

  @Override
  public Duration refundKeyLife() {
    return KEY_LIFE;
  }

  @Override
  public @Nullable String purchaseOf(String paymentRef) {
    JsonNode capture = captureOf(paymentRef);
    Sighting seen = capture == null ? null : PayPalObjects.capture(capture, null, null);
    return seen == null ? null : seen.purchaseId();
  }

  private @Nullable JsonNode captureOf(String id) {
    return client.get("get_capture", "/v2/payments/captures/" + encode(id), LIMIT);
  }

  @Override
  public List<Sighting> read(ProviderEvent event) {
    JsonNode resource = Json.read(event.body(), JsonNode.class).path("resource");
    Sighting seen =
        switch (event.type()) {
          case "PAYMENT.CAPTURE.COMPLETED",
              "PAYMENT.CAPTURE.PENDING",
              "PAYMENT.CAPTURE.DECLINED",
              "PAYMENT.CAPTURE.DENIED" ->
              capture(event.type(), resource);
          case "PAYMENT.CAPTURE.REFUNDED", "PAYMENT.REFUND.PENDING", "PAYMENT.REFUND.FAILED" ->
              PayPalObjects.refund(resource, null);
          case "PAYMENT.CAPTURE.REVERSED" -> PayPalObjects.reversal(resource);
          case "CUSTOMER.DISPUTE.RESOLVED" -> PayPalObjects.wonDispute(resource);
          default -> null;
        };
    if (seen != null) {
      return List.of(seen);
    }
    return event.type().equals("CHECKOUT.ORDER.APPROVED") ? approved(resource) : List.of();
  }

  private static @Nullable Sighting capture(String type, JsonNode resource) {
    Sighting seen = PayPalObjects.capture(resource, null, null);
    boolean isDenied = type.endsWith("DENIED") || type.endsWith("DECLINED");
    return seen != null && isDenied && !(seen.fact() instanceof Ended)
        ? new Sighting(
            Provider.paypal,
            seen.purchaseId(),
            seen.checkoutRef(),
            seen.paymentRef(),
            new Ended(State.failed))
        : seen;
  }

  /** The payer approved, and the browser may never come back: capture now, if it is ours. */
  private List<Sighting> approved(JsonNode order) {
    String custom = order.path("purchase_units").path(0).path("custom_id").asText();
    String id = PayPalObjects.text(order.path("id"));
    return id != null && custom.startsWith(PayPalObjects.PURCHASE)
        ? capture(id, custom.substring(PayPalObjects.PURCHASE.length()), LIMIT)
        : List.of();
  }

  private static Map<String, String> amount(Purchase purchase, long minor) {
    ChargeCurrency currency =
        Objects.requireNonNull(
            ChargeCurrency.of(Provider.paypal, purchase.currency()),
            "a currency that was accepted");
    return Map.of(
        "currency_code", purchase.currency(), "value", currency.amount(minor).toPlainString());
  }

  private static String path(String order) {
    return "/v2/checkout/orders/" + encode(order);
  }

  private static String encode(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8);
  }
}
