package io.classbell.payment.model;

import org.jspecify.annotations.Nullable;

/**
 * A fact at a provider, read from a webhook or an answer of its API. Facts arrive in any order and
 * any number of times, and some never arrive.
 */
public sealed interface PaymentFact {

  /** The money has arrived. */
  record Paid(String paymentRef, Money money) implements PaymentFact {}

  /** The payer has finished, and the payment takes days (bank debit, eCheck). */
  record Processing() implements PaymentFact {}

  /** The checkout has ended without money; money may arrive late all the same. */
  record Ended(Purchase.State as) implements PaymentFact {}

  /**
   * A refund.
   *
   * @param ref the provider's id of the refund
   * @param failed whether its money came back, which may happen after it succeeded
   * @param own our id, if the platform asked for it
   */
  record Refund(String ref, Money money, boolean failed, @Nullable String own)
      implements PaymentFact {}

  /**
   * A dispute or reversal that moves money. Inquiries move none and are no fact.
   *
   * @param ref the provider's id of the dispute
   * @param withdrawn money that the provider took
   * @param reinstated money that the provider gave back; null if none
   */
  record Chargeback(String ref, Money withdrawn, @Nullable Money reinstated)
      implements PaymentFact {}
}
