package io.classbell.payment.provider;

import io.classbell.payment.model.CardRefund;
import io.classbell.payment.model.Provider;
import io.classbell.payment.model.ProviderEvent;
import io.classbell.payment.model.Purchase;
import io.classbell.payment.model.Sighting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A payment provider. Methods block a virtual thread and throw {@link ProviderFailure}; none of
 * them may be called inside a database transaction.
 */
public interface CheckoutProvider {

  Provider provider();

  /**
   * Opens a checkout. The same purchase and attempt open one checkout.
   *
   * @param attempt number of the idempotency key
   * @param expiresAt real time at which the checkout should close
   */
  OpenCheckout open(Purchase purchase, int attempt, Instant expiresAt);

  /**
   * Reads the state of a purchase's checkout, and completes it if the payer has approved it.
   *
   * @param close whether to close a checkout that is still open
   * @param limit time for all requests
   */
  List<Sighting> look(Purchase purchase, boolean close, Duration limit);

  /** Lists the refunds of a payment. */
  List<Sighting> refundsOf(String paymentRef);

  /**
   * Refunds a payment, in full or in part. The same refund has one effect for as long as the
   * provider keeps the key.
   */
  Sighting refund(Purchase purchase, CardRefund refund);

  /** How long the provider remembers the key of a refund. */
  Duration refundKeyLife();

  /** Returns our id of the purchase that a payment belongs to; null if it is none of ours. */
  @Nullable String purchaseOf(String paymentRef);

  /** Reads the facts of a verified event, asking the provider for what it does not carry. */
  List<Sighting> read(ProviderEvent event);

  /**
   * A checkout that waits for the payer.
   *
   * @param ref the provider's id
   * @param url where the payer goes
   */
  record OpenCheckout(String ref, String url) {}
}
