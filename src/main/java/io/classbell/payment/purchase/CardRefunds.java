package io.classbell.payment.purchase;

import io.classbell.payment.api.PaymentApi;
import io.classbell.payment.api.PaymentApi.RefundPurchase;
import io.classbell.payment.api.PaymentApi.RefundView;
import io.classbell.payment.api.PaymentApi.SendRefund;
import io.classbell.payment.model.CardRefund;
import io.classbell.payment.model.CardRefund.Status;
import io.classbell.payment.model.ChargeCurrency;
import io.classbell.payment.model.PaymentFact;
import io.classbell.payment.model.Purchase;
import io.classbell.payment.model.Purchase.State;
import io.classbell.payment.model.Sighting;
import io.classbell.payment.provider.CheckoutProvider;
import io.classbell.payment.provider.ProviderFailure;
import io.classbell.payment.provider.Providers;
import io.classbell.payment.store.PurchaseStore;
import io.classbell.payment.store.RefundStore;
import io.classbell.platform.Failpoint;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.node.Node;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refunds that admins ask for. The request is written first and sent by the outbox under one
 * idempotency key. If the outcome is unknown and the provider may have forgotten the key, the
 * refund is looked up and never sent again.
 */
public final class CardRefunds {
  private static final Logger LOG = LoggerFactory.getLogger(CardRefunds.class);

  /** Look-ups after which a refund that the provider does not list counts as not made. */
  private static final int MOST_LOOKS = 6;

  private final Node node;
  private final Providers providers;
  private final PurchaseStore purchases;
  private final RefundStore refunds;
  private final FactRecorder facts;

  public CardRefunds(
      Node node,
      Providers providers,
      PurchaseStore purchases,
      RefundStore refunds,
      FactRecorder facts) {
    this.node = node;
    this.providers = providers;
    this.purchases = purchases;
    this.refunds = refunds;
    this.facts = facts;
  }

  /** Writes a refund; the outbox sends it. */
  public RefundView request(RefundPurchase command) {
    return node.database().inTransaction(tx -> request(tx, command));
  }

  private RefundView request(Tx tx, RefundPurchase command) {
    Purchase purchase = purchases.lock(tx, command.purchaseId());
    if (purchase == null) {
      throw PaymentApi.NOT_FOUND.refused();
    }
    CardRefund first = refunds.byCommand(tx, command.commandId());
    if (first != null) {
      if (!first.purchaseId().equals(purchase.id()) || first.amount() != command.amount()) {
        throw PaymentApi.COMMAND_REUSED.refused();
      }
      return view(first, purchase.currency());
    }
    if (purchase.state() != State.paid || purchase.paymentRef() == null) {
      throw PaymentApi.NOT_REFUNDABLE.refused();
    }
    List<CardRefund> unposted =
        refunds.of(tx, purchase.id()).stream()
            .filter(r -> r.status() == Status.requested || r.status() == Status.sent)
            .toList();
    long credits =
        purchase.amount()
            - purchase.returned()
            - unposted.stream().mapToLong(CardRefund::amount).sum();
    long money =
        purchase.price()
            - purchase.refunded()
            - purchase.chargedBack()
            - unposted.stream().mapToLong(CardRefund::money).sum();
    if (credits <= 0 || money <= 0) {
      throw PaymentApi.NOT_REFUNDABLE.refused("There is nothing left to refund.");
    }
    Rejection.FieldError error = FieldRules.range("amount", command.amount(), 1, credits);
    if (error != null) {
      throw new RejectedException(Rejection.ofFields(List.of(error)));
    }
    CardRefund refund =
        new CardRefund(
            Ids.next(),
            purchase.id(),
            command.amount(),
            money(purchase, command.amount(), credits, money),
            command.reason(),
            command.admin().userId(),
            Status.requested,
            null,
            null,
            null,
            node.clock().now());
    refunds.insert(tx, refund, command.commandId());
    node.outbox()
        .write(
            tx,
            List.of(
                node.outbox()
                    .message(PaymentApi.SEND_REFUND, null, new SendRefund(refund.id()), null)));
    return view(refund, purchase.currency());
  }

  /** The last refund takes all that is left; others take their share, rounded down. */
  private static long money(Purchase purchase, long amount, long creditsLeft, long moneyLeft) {
    if (amount == creditsLeft) {
      return moneyLeft;
    }
    ChargeCurrency currency =
        Objects.requireNonNull(ChargeCurrency.of(purchase.provider(), purchase.currency()));
    long share =
        BigInteger.valueOf(purchase.price())
            .multiply(BigInteger.valueOf(amount))
            .divide(BigInteger.valueOf(purchase.amount()))
            .longValueExact();
    long money = Math.min(share / currency.step() * currency.step(), moneyLeft);
    if (money <= 0) {
      throw new RejectedException(
          Rejection.ofFields(
              List.of(
                  FieldRules.outOfRange(
                      "amount", "Is too little money to be refunded.", null, null))));
    }
    return money;
  }

  /**
   * Sends a refund, or looks it up.
   *
   * @param attempt counts from 1
   * @throws ProviderFailure if the outcome is still unknown
   */
  public void send(SendRefund message, int attempt) {
    CardRefund refund = refunds.find(node.database().read(), message.refundId());
    if (refund == null || refund.status() == Status.succeeded || refund.status() == Status.failed) {
      return;
    }
    Purchase purchase = purchases.find(node.database().read(), refund.purchaseId());
    if (purchase == null || purchase.paymentRef() == null) {
      throw new IllegalStateException("a refund needs a payment: " + refund.id());
    }
    CheckoutProvider provider = providers.required(purchase.provider());
    Instant now = node.clock().realNow();
    boolean isForgotten =
        refund.sentAt() != null && refund.sentAt().plus(provider.refundKeyLife()).isBefore(now);
    if (refund.error() != null || isForgotten) {
      lookUp(provider, purchase.paymentRef(), refund, attempt);
      return;
    }
    node.database()
        .inTransaction(
            tx -> {
              refunds.sent(tx, refund.id(), now);
              return null;
            });
    Failpoint.reach("payment.refund-sending");
    try {
      Sighting seen = provider.refund(purchase, refund);
      Failpoint.reach("payment.refund-sent");
      facts.record(seen);
    } catch (ProviderFailure e) {
      switch (e.kind()) {
        case REFUSED -> {
          LOG.warn("Refund {} was refused: {}", refund.id(), e.code());
          decided(refund, Status.failed, e.code());
        }
        case BROKEN -> {
          node.database()
              .inTransaction(
                  tx -> {
                    refunds.broke(tx, refund.id(), e.code());
                    return null;
                  });
          lookUp(provider, purchase.paymentRef(), refund, attempt);
        }
        case UNAVAILABLE, UNKNOWN -> throw e;
      }
    }
  }

  private void lookUp(
      CheckoutProvider provider, String paymentRef, CardRefund refund, int attempt) {
    for (Sighting seen : provider.refundsOf(paymentRef)) {
      if (seen.fact() instanceof PaymentFact.Refund found && refund.id().equals(found.own())) {
        facts.record(seen);
        return;
      }
    }
    if (attempt < MOST_LOOKS) {
      throw new ProviderFailure(ProviderFailure.Kind.UNKNOWN, "refund_not_listed");
    }
    LOG.warn("Refund {} is not at the provider; it counts as failed", refund.id());
    decided(refund, Status.failed, refund.error() == null ? "no_outcome" : refund.error());
  }

  private void decided(CardRefund refund, Status status, @Nullable String error) {
    node.database()
        .inTransaction(
            tx -> {
              refunds.decided(tx, refund.id(), status, null, error);
              return null;
            });
  }

  static RefundView view(CardRefund r, String currency) {
    return new RefundView(
        r.id(),
        r.purchaseId(),
        r.status().name(),
        r.amount(),
        r.money(),
        currency,
        r.reason(),
        r.error(),
        r.createdAt());
  }
}
