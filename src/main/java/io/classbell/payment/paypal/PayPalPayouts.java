package io.classbell.payment.paypal;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.payment.payout.PayoutProvider;
import io.classbell.payment.payout.model.PaymentReport;
import io.classbell.payment.payout.model.PaymentReport.Phase;
import io.classbell.payment.payout.model.Withdrawal;
import io.classbell.payment.provider.ProviderFailure;
import io.classbell.payment.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Payments by the Payouts API. Each withdrawal is a batch of its own, because only the batch has a
 * key ({@code sender_batch_id}) that prevents a second payment; a repetition within 30 days is
 * refused with a link to the first batch. A batch that succeeded says nothing of its item.
 *
 * @see <a href="https://developer.paypal.com/docs/api/payments.payouts-batch/v1/">PayPal:
 *     Payouts</a>
 */
public final class PayPalPayouts implements PayoutProvider {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** PayPal compares batch ids for 30 days. */
  private static final Duration KEY_LIFE = Duration.ofDays(29);

  private static final Set<String> OURS = Set.of("INSUFFICIENT_FUNDS", "AUTHORIZATION_ERROR");
  private static final Set<String> FAILED = Set.of("FAILED", "BLOCKED");
  private static final Set<String> RETURNED = Set.of("RETURNED", "REFUNDED", "REVERSED");
  private static final Set<String> NEVER_PAID = Set.of("DENIED", "CANCELED");
  private static final String PATH = "/v1/payments/payouts/";

  private final PayPalClient client;

  public PayPalPayouts(PayPalClient client) {
    this.client = client;
  }

  @Override
  public PaymentReport send(Withdrawal withdrawal) {
    Map<String, Object> item =
        Map.of(
            "recipient_type", "EMAIL",
            "receiver", withdrawal.payee().destination(),
            "sender_item_id", withdrawal.id(),
            "amount",
                Map.of(
                    "currency", withdrawal.payee().currency(),
                    "value", withdrawal.payee().value()));
    Map<String, Object> batch =
        Map.of(
            "sender_batch_header",
            Map.of("sender_batch_id", withdrawal.id()),
            "items",
            List.of(item));
    try {
      JsonNode header =
          client
              .post("create_payout", "/v1/payments/payouts", batch, null, LIMIT)
              .path("batch_header");
      return new PaymentReport(
          Phase.open,
          required(header, "payout_batch_id"),
          header.path("batch_status").asText("PENDING"),
          null);
    } catch (ProviderFailure refused) {
      String first = refused.link();
      boolean isDuplicate =
          refused.kind() == Kind.REFUSED && refused.code().contains("already exists");
      if (!isDuplicate) {
        throw refused;
      }
      if (first == null || !first.contains(PATH)) {
        // The first batch exists, so this is no failure of the payment.
        throw new ProviderFailure(Kind.UNKNOWN, "batch_exists_without_link");
      }
      return batch(first.substring(first.indexOf(PATH) + PATH.length()));
    }
  }

  /**
   * A batch that is not known by its reference cannot be found by our id. Sending it again finds
   * it, as long as PayPal compares the ids.
   */
  @Override
  public @Nullable PaymentReport find(Withdrawal withdrawal) {
    String reference = withdrawal.payment().reference();
    return reference == null ? null : batch(reference);
  }

  @Override
  public Duration keyLife() {
    return KEY_LIFE;
  }

  @Override
  public boolean canProveAbsence() {
    return false;
  }

  @Override
  public boolean isOurs(String code) {
    return OURS.contains(code);
  }

  private PaymentReport batch(String id) {
    JsonNode batch = client.get("get_payout", PATH + id, LIMIT);
    if (batch == null) {
      throw new ProviderFailure(Kind.UNKNOWN, "batch_missing");
    }
    String status = batch.path("batch_header").path("batch_status").asText();
    JsonNode item = batch.path("items").path(0);
    String ofItem = item.path("transaction_status").asText();
    String reason = item.path("errors").path("name").asText(ofItem);
    if (RETURNED.contains(ofItem)) {
      return new PaymentReport(Phase.returned, id, ofItem, reason);
    }
    if (FAILED.contains(ofItem)) {
      return new PaymentReport(Phase.failed, id, ofItem, reason);
    }
    if (ofItem.equals("SUCCESS")) {
      return new PaymentReport(Phase.paid, id, ofItem, null);
    }
    if (NEVER_PAID.contains(status)) {
      return new PaymentReport(Phase.failed, id, status, status);
    }
    return new PaymentReport(Phase.open, id, ofItem.isEmpty() ? status : ofItem, null);
  }

  private static String required(JsonNode object, String field) {
    String text = object.path(field).asText();
    if (text.isEmpty()) {
      throw new ProviderFailure(Kind.UNKNOWN, "unreadable_answer");
    }
    return text;
  }
}
