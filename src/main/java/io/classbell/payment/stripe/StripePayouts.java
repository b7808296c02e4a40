package io.classbell.payment.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.payment.model.ChargeCurrency;
import io.classbell.payment.model.Provider;
import io.classbell.payment.payout.PayoutProvider;
import io.classbell.payment.payout.model.PaymentReport;
import io.classbell.payment.payout.model.PaymentReport.Phase;
import io.classbell.payment.payout.model.Withdrawal;
import io.classbell.payment.provider.ProviderFailure;
import io.classbell.payment.provider.ProviderFailure.Kind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Payments to connected accounts by transfers. A transfer is made at once or refused; its group is
 * the withdrawal's id, by which it is found again. The payout from the connected account to a bank
 * is between Stripe and the teacher.
 *
 * @see <a href="https://docs.stripe.com/connect/separate-charges-and-transfers">Stripe: separate
 *     charges and transfers</a>
 */
public final class StripePayouts implements PayoutProvider {
  /** Metadata key with the withdrawal's id. */
  public static final String WITHDRAWAL = "classbell_withdrawal";

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Stripe keeps keys for at least 24 hours. */
  private static final Duration KEY_LIFE = Duration.ofHours(23);

  private static final Set<String> OURS =
      Set.of(
          "balance_insufficient",
          "api_key_expired",
          "platform_api_key_expired",
          "idempotency_error");

  private final StripeClient client;

  public StripePayouts(StripeClient client) {
    this.client = client;
  }

  @Override
  public PaymentReport send(Withdrawal withdrawal) {
    List<Map.Entry<String, String>> form =
        List.of(
            Map.entry("amount", Long.toString(units(withdrawal))),
            Map.entry("currency", withdrawal.payee().currency().toLowerCase(Locale.ROOT)),
            Map.entry("destination", withdrawal.payee().destination()),
            Map.entry("transfer_group", withdrawal.id()),
            Map.entry("metadata[" + WITHDRAWAL + "]", withdrawal.id()));
    return report(
        client.post(
            "create_transfer", "/v1/transfers", form, "withdrawal-" + withdrawal.id(), LIMIT));
  }

  private static long units(Withdrawal withdrawal) {
    ChargeCurrency currency = ChargeCurrency.of(Provider.stripe, withdrawal.payee().currency());
    Long minor =
        currency == null ? null : currency.minor(new BigDecimal(withdrawal.payee().value()));
    if (currency == null || minor == null) {
      throw new ProviderFailure(Kind.REFUSED, "currency_not_supported");
    }
    return currency.units(minor);
  }

  @Override
  public @Nullable PaymentReport find(Withdrawal withdrawal) {
    String reference = withdrawal.payment().reference();
    if (reference != null) {
      JsonNode transfer = client.get("get_transfer", "/v1/transfers/" + reference, LIMIT);
      if (transfer == null) {
        throw new ProviderFailure(Kind.UNKNOWN, "transfer_missing");
      }
      return report(transfer);
    }
    JsonNode list =
        client.get("find_transfer", "/v1/transfers?transfer_group=" + withdrawal.id(), LIMIT);
    JsonNode data = list == null ? null : list.path("data");
    if (data == null || !data.isArray()) {
      throw new ProviderFailure(Kind.UNKNOWN, "unreadable_list");
    }
    return data.isEmpty() ? null : report(data.path(0));
  }

  @Override
  public Duration keyLife() {
    return KEY_LIFE;
  }

  @Override
  public boolean canProveAbsence() {
    return true;
  }

  @Override
  public boolean isOurs(String code) {
    return OURS.contains(code);
  }

  private static PaymentReport report(JsonNode transfer) {
    String id = StripeObjects.required(transfer, "id");
    if (transfer.path("reversed").asBoolean()) {
      return new PaymentReport(Phase.returned, id, "reversed", "The transfer was reversed.");
    }
    boolean inPart = transfer.path("amount_reversed").asLong() > 0;
    return new PaymentReport(Phase.paid, id, inPart ? "partially_reversed" : "transferred", null);
  }
}
