package io.classbell.payment.stripe;

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
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the facts of Stripe's objects. Unknown values of enums carry no fact: Stripe adds values
 * without a new version.
 */
final class StripeObjects {
  /** Metadata of sessions and payments: our id of the purchase. */
  static final String PURCHASE = "purchase_id";

  /** Metadata of refunds: our id of the refund. */
  static final String REFUND = "refund_id";

  private static final Set<String> REFUND_FAILED = Set.of("failed", "canceled");

  private StripeObjects() {}

  /** Reads a Checkout Session; null if it is open. */
  static @Nullable Sighting session(JsonNode session) {
    String payment = id(session.path("payment_intent"));
    PaymentFact fact =
        switch (session.path("payment_status").asText()) {
          case "paid" ->
              payment == null
                  ? null
                  : new Paid(
                      payment,
                      money(session.path("amount_total"), session.path("currency").asText()));
          case "unpaid" ->
              switch (session.path("status").asText()) {
                case "expired" -> new Ended(State.expired);
                case "complete" -> new Processing();
                default -> null;
              };
          default -> null;
        };
    return fact == null ? null : of(session, payment, fact);
  }

  /** Reads a session whose delayed payment failed. */
  static Sighting failedSession(JsonNode session) {
    return of(session, id(session.path("payment_intent")), new Ended(State.failed));
  }

  private static Sighting of(JsonNode session, @Nullable String payment, PaymentFact fact) {
    String purchase = text(session.path("metadata").path(PURCHASE));
    return new Sighting(
        Provider.stripe,
        purchase == null ? text(session.path("client_reference_id")) : purchase,
        text(session.path("id")),
        payment,
        fact);
  }

  /** Reads a PaymentIntent; null if it has no money yet. */
  static @Nullable Sighting payment(JsonNode intent) {
    if (!intent.path("status").asText().equals("succeeded")) {
      return null;
    }
    String ref = required(intent, "id");
    return new Sighting(
        Provider.stripe,
        text(intent.path("metadata").path(PURCHASE)),
        null,
        ref,
        new Paid(ref, money(intent.path("amount_received"), intent.path("currency").asText())));
  }

  static Sighting refund(JsonNode refund) {
    return new Sighting(
        Provider.stripe,
        text(refund.path("metadata").path(PURCHASE)),
        null,
        id(refund.path("payment_intent")),
        new Refund(
            required(refund, "id"),
            money(refund.path("amount"), refund.path("currency").asText()),
            REFUND_FAILED.contains(refund.path("status").asText()),
            text(refund.path("metadata").path(REFUND))));
  }

  /**
   * Reads a dispute; null while it has moved no money, as inquiries never do. The balance
   * transactions tell what was moved, so a later event replaces one that was lost.
   */
  static @Nullable Sighting dispute(JsonNode dispute, String event) {
    boolean withdrawn = event.equals("charge.dispute.funds_withdrawn");
    boolean reinstated = event.equals("charge.dispute.funds_reinstated");
    Money amount = money(dispute.path("amount"), dispute.path("currency").asText());
    Money back = amount;
    for (JsonNode transaction : dispute.path("balance_transactions")) {
      long moved = transaction.path("amount").asLong();
      withdrawn |= moved < 0;
      if (moved > 0) {
        reinstated = true;
        // In the currency of settlement, which may be another one.
        Money settled = money(transaction.path("amount"), transaction.path("currency").asText());
        back = settled.currency().equals(amount.currency()) ? settled : amount;
      }
    }
    if (!withdrawn && !reinstated) {
      return null;
    }
    return new Sighting(
        Provider.stripe,
        null,
        null,
        id(dispute.path("payment_intent")),
        new Chargeback(required(dispute, "id"), amount, reinstated ? back : null));
  }

  /**
   * Reads an amount of Stripe's smallest units. Money of a currency or an amount that Stripe does
   * not charge is kept as it came, and fits no purchase.
   */
  static Money money(JsonNode units, String currency) {
    if (!units.isIntegralNumber() || !units.canConvertToLong()) {
      throw new IllegalArgumentException("an amount is not a whole number");
    }
    String code = currency.toUpperCase(Locale.ROOT);
    ChargeCurrency counted = code.isEmpty() ? null : ChargeCurrency.of(Provider.stripe, code);
    Long minor = counted == null ? null : counted.minorOfUnits(units.longValue());
    return minor == null ? new Money(units.longValue(), code + "?") : new Money(minor, code);
  }

  /** Returns the id of a field that may be expanded. */
  static @Nullable String id(JsonNode field) {
    return field.isObject() ? text(field.path("id")) : text(field);
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
