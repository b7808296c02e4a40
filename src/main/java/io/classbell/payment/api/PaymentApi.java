package io.classbell.payment.api;

import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.bus.Task;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.RejectionCode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bus operations and tasks of the payment module. Credits are in 1/100 credit, prices in the minor
 * units of their currency (ISO 4217).
 */
public final class PaymentApi {

  public static final RejectionCode NOT_FOUND =
      RejectionCode.notFound("There is no such purchase.");
  public static final RejectionCode INVALID =
      RejectionCode.invalid(Rejection.INVALID, "A field is not valid.");
  public static final RejectionCode PROVIDER_UNAVAILABLE =
      new RejectionCode(
          503,
          "provider_unavailable",
          "The payment provider cannot be reached. Try again with the same Idempotency-Key.",
          true);
  public static final RejectionCode NOT_REFUNDABLE =
      RejectionCode.conflict("not_refundable", "This purchase is not paid.");
  public static final RejectionCode COMMAND_REUSED =
      new RejectionCode(
          422, "idempotency_key_reused", "This command id was used for another command.", false);
  public static final RejectionCode INVALID_SIGNATURE =
      new RejectionCode(
          400, "invalid_signature", "The webhook is not signed by this provider for us.", false);
  public static final RejectionCode NOT_OURS =
      new RejectionCode(
          400, "webhook_not_ours", "The webhook is about another account or mode.", false);
  public static final RejectionCode UNREADABLE_EVENT =
      new RejectionCode(400, "malformed_json", "The webhook is not an event.", false);
  public static final RejectionCode PROVIDER_OFF =
      RejectionCode.notFound("This provider is switched off.");

  /** Returns the price of credits, and the providers that accept each currency. */
  public static final Operation<ListRates, Rates> RATES =
      Operation.of("payment.rates", ListRates.class, Rates.class);

  /**
   * Starts a purchase and opens its checkout. Limits apply here; money that arrives later is
   * credited whatever they are. The same command returns the same purchase.
   */
  public static final Operation<StartPurchase, PurchaseView> START_PURCHASE =
      Operation.of(
          "payment.start-purchase",
          StartPurchase.class,
          PurchaseView.class,
          COMMAND_REUSED,
          INVALID,
          PROVIDER_UNAVAILABLE);

  /**
   * Returns a purchase of a user. If it is pending, the provider is asked first, at most every two
   * seconds, so that a browser that returns before the webhook sees the payment.
   */
  public static final Operation<PurchaseOf, PurchaseView> PURCHASE =
      Operation.of("payment.purchase", PurchaseOf.class, PurchaseView.class, NOT_FOUND);

  /** Lists purchases, newest first. */
  public static final Operation<ListPurchases, Purchases> LIST_PURCHASES =
      Operation.of(
          "payment.list-purchases",
          ListPurchases.class,
          Purchases.class,
          RejectionCode.INVALID_CURSOR);

  /** Refunds a purchase at its provider, in full or in part. */
  public static final Operation<RefundPurchase, RefundView> REFUND_PURCHASE =
      Operation.of(
          "payment.refund-purchase",
          RefundPurchase.class,
          RefundView.class,
          NOT_FOUND,
          COMMAND_REUSED,
          NOT_REFUNDABLE,
          INVALID);

  /** Verifies and records a webhook. Its effect follows by the outbox. */
  public static final Operation<Webhook, Ack> WEBHOOK =
      Operation.of(
          "payment.webhook",
          Webhook.class,
          Ack.class,
          PROVIDER_OFF,
          INVALID_SIGNATURE,
          UNREADABLE_EVENT,
          NOT_OURS);

  /** Checks the invariants of purchases and of the clearing accounts. */
  public static final Operation<AuditPayments, AuditFindings> AUDIT =
      Operation.of("payment.audit", AuditPayments.class, AuditFindings.class);

  /** Posts a movement of money to the ledger. */
  public static final Task<PostLeg> POST_LEG = Task.of("payment.post-leg", PostLeg.class);

  /** Asks the provider for the state of a purchase. */
  public static final Task<PollPurchase> POLL =
      Task.of("payment.poll-purchase", PollPurchase.class);

  /** Sends a refund to the provider. */
  public static final Task<SendRefund> SEND_REFUND =
      Task.of("payment.send-refund", SendRefund.class);

  /** Carries out the effect of a recorded webhook. */
  public static final Task<ReadEvent> READ_EVENT = Task.of("payment.read-event", ReadEvent.class);

  public record ListRates() {}

  public record Rates(List<Rate> items) {}

  /**
   * The price of one credit.
   *
   * @param price a decimal number in whole units of the currency
   * @param decimals number of decimals of prices in this currency
   * @param providers those that accept this currency
   */
  public record Rate(String currency, String price, int decimals, List<String> providers) {}

  /**
   * @param currency null for the first one of the setting
   */
  public record StartPurchase(
      String commandId, String userId, String provider, long amount, @Nullable String currency) {}

  public record PurchaseOf(String userId, String id) {}

  /**
   * @param userId null for all users
   */
  public record ListPurchases(@Nullable String userId, @Nullable String cursor, int limit) {}

  public record Purchases(List<PurchaseView> items, @Nullable String nextCursor) {}

  /**
   * @param checkoutUrl where the payer goes; null once the purchase is decided
   * @param returned credits that refunds and chargebacks took
   * @param userId for admins
   * @param reference the provider's payment or checkout, for admins
   * @param refunds those that admins asked for, for admins
   */
  public record PurchaseView(
      String id,
      String status,
      String provider,
      long amount,
      long price,
      String currency,
      @Nullable String checkoutUrl,
      Instant expiresAt,
      Instant createdAt,
      @Nullable Instant paidAt,
      @Nullable Long returned,
      @Nullable String userId,
      @Nullable String reference,
      @Nullable List<RefundView> refunds) {}

  public record RefundPurchase(
      String commandId, Caller admin, String purchaseId, long amount, String reason) {}

  /**
   * @param money in the minor units of the currency
   * @param error the provider's code if it refused
   */
  public record RefundView(
      String id,
      String purchaseId,
      String status,
      long amount,
      long money,
      String currency,
      String reason,
      @Nullable String error,
      Instant createdAt) {}

  /**
   * @param headers those that verification needs, in lower case
   * @param body the bytes as they were received, in Base64
   */
  public record Webhook(String provider, Map<String, String> headers, String body) {}

  public record AuditPayments() {}

  public record PostLeg(String commandId) {}

  /** {@code round} counts the questions about this purchase. */
  public record PollPurchase(String purchaseId, int round) {}

  public record SendRefund(String refundId) {}

  public record ReadEvent(String provider, String eventId) {}

  private PaymentApi() {}
}
