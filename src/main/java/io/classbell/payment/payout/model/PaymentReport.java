package io.classbell.payment.payout.model;

import org.jspecify.annotations.Nullable;

/**
 * The state of a payment as a provider reports it.
 *
 * @param reference the provider's id of the payment
 * @param status the provider's own word for the state
 * @param reason why it failed or came back
 */
public record PaymentReport(
    Phase phase, @Nullable String reference, String status, @Nullable String reason) {

  public enum Phase {
    /** Not final: pending, held, or not claimed by the payee. */
    open,
    paid,
    /** Never paid; the money is with the platform. */
    failed,
    /** Paid or under way before; the money is back with the platform. */
    returned
  }
}
