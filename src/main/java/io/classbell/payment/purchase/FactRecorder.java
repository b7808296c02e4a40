package io.classbell.payment.purchase;

import io.classbell.payment.api.PaymentApi;
import io.classbell.payment.api.PaymentApi.PostLeg;
import io.classbell.payment.model.CardRefund;
import io.classbell.payment.model.Leg;
import io.classbell.payment.model.PaymentFact;
import io.classbell.payment.model.Purchase;
import io.classbell.payment.model.PurchaseDecider;
import io.classbell.payment.model.PurchaseDecider.Decision;
import io.classbell.payment.model.Sighting;
import io.classbell.payment.provider.CheckoutProvider;
import io.classbell.payment.provider.Providers;
import io.classbell.payment.store.PurchaseStore;
import io.classbell.payment.store.RefundStore;
import io.classbell.platform.Failpoint;
import io.classbell.platform.db.SqlErrors;
import io.classbell.platform.db.Tx;
import io.classbell.platform.node.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records facts at a provider, from webhooks, polls and answers alike. A fact changes the purchase
 * and adds the movements to post in one transaction; the outbox posts them. A fact that is recorded
 * again changes nothing.
 */
public final class FactRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(FactRecorder.class);

  private final Node node;
  private final Providers providers;
  private final PurchaseStore purchases;
  private final RefundStore refunds;

  public FactRecorder(
      Node node, Providers providers, PurchaseStore purchases, RefundStore refunds) {
    this.node = node;
    this.providers = providers;
    this.purchases = purchases;
    this.refunds = refunds;
  }

  /**
   * Records a fact.
   *
   * @throws io.classbell.payment.provider.ProviderFailure if the provider must tell which purchase
   *     it belongs to, and does not answer
   */
  public void record(Sighting seen) {
    String purchaseId = purchases.identify(node.database().read(), seen);
    if (purchaseId == null) {
      purchaseId = askProvider(seen);
    }
    String known = purchaseId;
    try {
      List<Leg> added =
          node.database()
              .inTransaction(
                  tx -> known == null ? recordUnknown(tx, seen) : recordKnown(tx, known, seen));
      Failpoint.reach("payment.fact-recorded");
      for (Leg leg : added) {
        if (leg.kind() == Leg.Kind.suspense) {
          LOG.warn("Money of {} is in suspense: {} ({})", seen.provider(), leg.ref(), leg.reason());
        }
      }
    } catch (RuntimeException e) {
      // Another node recorded the same movement without a lock in common.
      if (SqlErrors.duplicateKey(e) == null) {
        throw e;
      }
    }
  }

  /** Refunds and disputes name a payment, which may be one that is not recorded yet. */
  private @Nullable String askProvider(Sighting seen) {
    String payment = seen.paymentRef();
    boolean isLeaving =
        seen.fact() instanceof PaymentFact.Refund || seen.fact() instanceof PaymentFact.Chargeback;
    CheckoutProvider provider = providers.of(seen.provider());
    if (!isLeaving || payment == null || provider == null) {
      return null;
    }
    String told = provider.purchaseOf(payment);
    return told == null
        ? null
        : purchases.identify(
            node.database().read(), new Sighting(seen.provider(), told, null, null, seen.fact()));
  }

  private List<Leg> recordKnown(Tx tx, String purchaseId, Sighting seen) {
    Purchase purchase = purchases.lock(tx, purchaseId);
    if (purchase == null) {
      throw new IllegalStateException("purchases are never deleted: " + purchaseId);
    }
    Decision decision =
        PurchaseDecider.decide(
            purchase,
            purchases.legs(tx, purchaseId),
            seen.fact(),
            ownCredits(tx, purchaseId, seen.fact()),
            providers::credits);
    if (!decision.purchase().equals(purchase)) {
      purchases.update(tx, decision.purchase());
    }
    post(tx, seen, decision.added());
    return decision.added();
  }

  /** Returns the credits of a refund that an admin asked for, and stores its outcome. */
  private @Nullable Long ownCredits(Tx tx, String purchaseId, PaymentFact fact) {
    if (!(fact instanceof PaymentFact.Refund refund) || refund.own() == null) {
      return null;
    }
    CardRefund own = refunds.find(tx, refund.own());
    if (own == null || !own.purchaseId().equals(purchaseId)) {
      return null;
    }
    refunds.decided(
        tx,
        own.id(),
        refund.failed() ? CardRefund.Status.failed : CardRefund.Status.succeeded,
        refund.ref(),
        refund.failed() ? "failed_at_provider" : null);
    return own.money() == refund.money().minor() ? own.amount() : null;
  }

  private List<Leg> recordUnknown(Tx tx, Sighting seen) {
    List<Leg> legs =
        PurchaseDecider.decideUnknown(seen.fact(), providers::credits).stream()
            .filter(leg -> !purchases.hasLeg(tx, leg.command()))
            .toList();
    post(tx, seen, legs);
    return legs;
  }

  private void post(Tx tx, Sighting seen, List<Leg> legs) {
    purchases.insert(tx, seen.provider(), legs, node.clock().now());
    node.outbox()
        .write(
            tx,
            legs.stream()
                .map(
                    leg ->
                        node.outbox()
                            .message(PaymentApi.POST_LEG, null, new PostLeg(leg.command()), null))
                .toList());
  }
}
