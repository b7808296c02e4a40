package io.classbell.payment.purchase;

import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Tell;
import io.classbell.payment.api.PaymentApi.PostLeg;
import io.classbell.payment.model.ChargeCurrency;
import io.classbell.payment.model.Leg;
import io.classbell.payment.model.Leg.Kind;
import io.classbell.payment.model.Provider;
import io.classbell.payment.store.PurchaseStore;
import io.classbell.payment.store.PurchaseStore.StoredLeg;
import io.classbell.platform.Failpoint;
import io.classbell.platform.db.Tx;
import io.classbell.platform.node.Node;
import io.classbell.wallet.api.WalletApi;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Posts movements of money by commands of the wallet, whose ids name the provider's object. A
 * movement that is posted twice has one effect.
 */
public final class LegPosting {
  private final Node node;
  private final PurchaseStore purchases;

  public LegPosting(Node node, PurchaseStore purchases) {
    this.node = node;
    this.purchases = purchases;
  }

  /** Posts a movement, unless it is posted. */
  public void post(PostLeg message) {
    StoredLeg stored = purchases.leg(node.database().read(), message.commandId());
    if (stored == null || stored.posted()) {
      return;
    }
    Leg leg = stored.leg();
    String note = leg.ref();
    if (leg.kind() == Kind.suspense) {
      if (leg.credits() != 0) {
        node.bus()
            .ask(
                WalletApi.SUSPEND,
                new WalletApi.Suspend(leg.command(), leg.credits(), stored.provider().name(), note))
            .await();
      }
    } else if (stored.userId() != null) {
      if (leg.kind() == Kind.credit) {
        node.bus()
            .ask(
                WalletApi.CREDIT_PURCHASE,
                new WalletApi.CreditPurchase(
                    leg.command(),
                    stored.userId(),
                    leg.credits(),
                    stored.provider().name(),
                    price(stored)))
            .await();
      } else {
        node.bus()
            .ask(
                WalletApi.REVERSE_PURCHASE,
                new WalletApi.ReversePurchase(
                    leg.command(),
                    stored.userId(),
                    -leg.credits(),
                    leg.loss(),
                    stored.provider().name(),
                    leg.kind().name(),
                    null,
                    price(stored)))
            .await();
      }
    }
    Failpoint.reach("payment.leg-posted");
    node.database()
        .inTransaction(
            tx -> {
              Instant now = node.clock().now();
              if (purchases.posted(tx, leg, now)) {
                tell(tx, stored, now);
              }
              return null;
            });
  }

  /** The receipt: credits that were bought, or given back. */
  private void tell(Tx tx, StoredLeg stored, Instant now) {
    Leg leg = stored.leg();
    if (stored.userId() == null || leg.credits() <= 0 || leg.kind() == Kind.suspense) {
      return;
    }
    String with = stored.provider() == Provider.stripe ? "Stripe" : "PayPal";
    Map<String, String> data =
        Map.of(
            "amount", Long.toString(leg.credits()),
            "reason", price(stored) + ", " + with,
            "paid", price(stored),
            "provider", stored.provider().name(),
            "purchaseId", String.valueOf(leg.purchaseId()));
    Fact fact =
        new Fact(leg.command(), stored.userId(), NotificationApi.Kind.credits_received, now, data);
    node.outbox()
        .write(
            tx,
            List.of(
                node.outbox().message(NotificationApi.TELL, null, new Tell(List.of(fact)), null)));
  }

  /** The money of a movement, as on a receipt: {@code 25.00 EUR}. */
  private static String price(StoredLeg stored) {
    Leg leg = stored.leg();
    ChargeCurrency currency = ChargeCurrency.of(stored.provider(), leg.currency());
    return currency == null
        ? Math.abs(leg.money()) + " " + leg.currency()
        : currency.amount(Math.abs(leg.money())).toPlainString() + " " + leg.currency();
  }
}
