package io.classbell.payment.paypal;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.payment.model.ChargeCurrency;
import io.classbell.payment.model.Money;
import io.classbell.payment.model.PaymentFact;
import io.classbell.payment.model.PaymentFact.Chargeback;
import io.classbell.payment.model.PaymentFact.Ended;
import io.classbell.payment.model.PaymentFact.Paid;
import io.classbell.payment.model.PaymentFact.Processing;
import io.classbell.payment.model.PaymentFact.Refund;
import io.classbell.payment.model.Provider;
import io.classbell.payment.model.Purchase.State;
import io.classbell.payment.model.Sighting;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the facts of PayPal's objects. Money has arrived when a capture is COMPLETED; a COMPLETED
 * order says nothing of it.
 */
final class PayPalObjects {
  /** Begins {@code custom_id} of orders and captures; our id of the purchase follows. */
  static final String PURCHASE = "classbell:";

  /** Begins {@code custom_id} of refunds; our id of the refund follows. */
  static final String REFUND = "refund:";

  private static final Set<String> REFUND_FAILED = Set.of("FAILED", "CANCELLED");

  private PayPalObjects() {}

  /** Reads the captures and refunds of an order. */
  static List<Sighting> order(JsonNode order) {
    List<Sighting> seen = new ArrayList<>();
    String id = text(order.path("id"));
    for (JsonNode unit : order.path("purchase_units")) {
      String purchase = after(PURCHASE, text(unit.path("custom_id")));
      for (JsonNode capture : unit.path("payments").path("captures")) {
        Sighting one = capture(capture, purchase, id);
        if (one != null) {
          seen.add(one);
        }
      }
      for (JsonNode refund : unit.path("payments").path("refunds")) {
        seen.add(refund(refund, purchase));
      }
    }
    return seen;
  }

  /** Reads a capture; null for a state that is not known. */
  static @Nullable Sighting capture(
      JsonNode capture, @Nullable String purchase, @Nullable String order) {
    String ref = required(capture, "id");
    PaymentFact fact =
        switch (capture.path("status").asText()) {
          case "COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED" ->
              new Paid(ref, money(capture.path("amount")));
          case "PENDING" -> new Processing();
          case "DECLINED", "FAILED" -> new Ended(State.failed);
          default -> null;
        };
    if (fact == null) {
      return null;
    }
    String own = after(PURCHASE, text(capture.path("custom_id")));
    String ofOrder = text(capture.path("supplementary_data").path("related_ids").path("order_id"));
    return new Sighting(
        Provider.paypal,
        own == null ? purchase : own,
        ofOrder == null ? order : ofOrder,
        ref,
        fact);
  }

  /** Reads a refund; its amount is this refund's, also in events. */
  static Sighting refund(JsonNode refund, @Nullable String purchase) {
    return new Sighting(
        Provider.paypal,
        purchase,
        null,
        captureOf(refund),
        new Refund(
            required(refund, "id"),
            money(refund.path("amount")),
            REFUND_FAILED.contains(refund.path("status").asText()),
            after(REFUND, text(refund.path("custom_id")))));
  }

  /** Reads a reversal: money that PayPal took back. A capture is reversed once. */
  static @Nullable Sighting reversal(JsonNode reversal) {
    String capture = captureOf(reversal);
    if (capture == null) {
      capture = text(reversal.path("id"));
    }
    return capture == null
        ? null
        : new Sighting(
            Provider.paypal,
            after(PURCHASE, text(reversal.path("custom_id"))),
            null,
            capture,
            new Chargeback(capture, money(reversal.path("amount")), null));
  }

  /**
   * Reads a dispute that was decided for the seller; null for others. Money that was taken is back
   * then; if none was, taking and giving back cancel out.
   */
  static @Nullable Sighting wonDispute(JsonNode dispute) {
    String outcome = dispute.path("dispute_outcome").path("outcome_code").asText();
    String capture =
        text(dispute.path("disputed_transactions").path(0).path("seller_transaction_id"));
    if (!outcome.equals("RESOLVED_SELLER_FAVOUR") || capture == null) {
      return null;
    }
    Money money = money(dispute.path("dispute_amount"));
    return new Sighting(
        Provider.paypal, null, null, capture, new Chargeback(capture, money, money));
  }

  /** The capture is named by the link that leads up. */
  private static @Nullable String captureOf(JsonNode object) {
    for (JsonNode link : object.path("links")) {
      String href = link.path("href").asText();
      int captures = href.indexOf("/captures/");
      if (link.path("rel").asText().equals("up") && captures >= 0) {
        return href.substring(captures + "/captures/".length());
      }
    }
    return null;
  }

  /** Reads money; what PayPal does not charge is kept as it came, and fits no purchase. */
  static Money money(JsonNode amount) {
    String currency = required(amount, "currency_code");
    String value = required(amount, "value");
    if (!value.matches("-?\\d{1,15}(\\.\\d{1,4})?")) {
      throw new IllegalArgumentException("an amount is not a decimal number");
    }
    BigDecimal decimal = new BigDecimal(value);
    ChargeCurrency counted = ChargeCurrency.of(Provider.paypal, currency);
    Long minor = counted == null ? null : counted.minor(decimal);
    return minor == null
        ? new Money(decimal.unscaledValue().longValueExact(), currency + "?")
        : new Money(minor, currency);
  }

  private static @Nullable String after(String prefix, @Nullable String text) {
    return text != null && text.startsWith(prefix) ? text.substring(prefix.length()) : null;
  }

  static @Nullable String text(JsonNode field) {
    return field.isTextual() && !field.textValue().isEmpty() ? field.textValue() : null;
  }

  static String required(JsonNode object, String field) {
    String text = text(object.path(field));
    if (text == null) {
      throw new IllegalArgumentException("the object has no " + field);
    }
    return text;
  }
}
