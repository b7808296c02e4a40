package io.classbell.payment;

import io.classbell.payment.api.CreditRates;
import io.classbell.payment.api.PaymentApi;
import io.classbell.payment.api.PaymentSettings;
import io.classbell.payment.api.PayoutApi;
import io.classbell.payment.payout.Withdrawals;
import io.classbell.platform.node.Node;
import io.classbell.wallet.api.WalletSettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Currency;
import java.util.List;
import java.util.Set;

/** Purchases of credits, refunds and chargebacks. Runs on virtual threads. */
public final class PaymentVerticle extends VerticleBase {
  private final Node node;
  private final CreditRates rates;
  private final Withdrawals withdrawals;

  /**
   * @param wallet limits that a purchase must respect when it is made
   * @param publicUrl where providers send browsers back to
   */
  public PaymentVerticle(
      Node node, PaymentSettings settings, WalletSettings wallet, String publicUrl) {
    this.node = node;
    this.rates = CreditRates.parse(settings.rates());
    this.withdrawals = new Withdrawals(node, settings, rates, Set.of(PayoutApi.MANUAL));
  }

  @Override
  public Future<?> start() {
    return Future.all(
        node.bus().serve(PaymentApi.RATES, this::rates), withdrawals.register(node.bus()));
  }

  private PaymentApi.Rates rates(PaymentApi.ListRates question) {
    return new PaymentApi.Rates(
        rates.inOrder().entrySet().stream()
            .map(
                rate ->
                    new PaymentApi.Rate(
                        rate.getKey(),
                        rate.getValue().toPlainString(),
                        Currency.getInstance(rate.getKey()).getDefaultFractionDigits(),
                        List.of()))
            .toList());
  }
}
