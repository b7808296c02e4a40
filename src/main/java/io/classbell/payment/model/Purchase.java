package io.classbell.payment.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A purchase of credits.
 *
 * @param amount credits, in 1/100 credit
 * @param price in the minor units of ISO 4217
 * @param checkoutRef the provider's checkout session or order
 * @param paymentRef the provider's payment: a PaymentIntent or a capture
 * @param expiresAt platform time after which the checkout is closed
 * @param creditedAt when the wallet had posted the credits
 * @param refunded money that went back by refunds, in the unit of the price
 * @param chargedBack money that went back by chargebacks and did not return
 * @param returned credits that reversals of both kinds have taken from the buyer
 */
public record Purchase(
    String id,
    String userId,
    Provider provider,
    long amount,
    long price,
    String currency,
    State state,
    @Nullable String checkoutRef,
    @Nullable String paymentRef,
    @Nullable String checkoutUrl,
    Instant expiresAt,
    Instant createdAt,
    @Nullable Instant creditedAt,
    long refunded,
    long chargedBack,
    long returned) {

  /** What became of the checkout; the names are those of the API and the table. */
  public enum State {
    pending,
    paid,
    failed,
    expired,
    cancelled
  }

  public Purchase in(State newState) {
    return new Purchase(
        id,
        userId,
        provider,
        amount,
        price,
        currency,
        newState,
        checkoutRef,
        paymentRef,
        checkoutUrl,
        expiresAt,
        createdAt,
        creditedAt,
        refunded,
        chargedBack,
        returned);
  }

  Purchase paidBy(@Nullable String payment) {
    return new Purchase(
        id,
        userId,
        provider,
        amount,
        price,
        currency,
        State.paid,
        checkoutRef,
        payment,
        null,
        expiresAt,
        createdAt,
        creditedAt,
        refunded,
        chargedBack,
        returned);
  }

  Purchase with(long nowRefunded, long nowChargedBack, long nowReturned) {
    return new Purchase(
        id,
        userId,
        provider,
        amount,
        price,
        currency,
        state,
        checkoutRef,
        paymentRef,
        checkoutUrl,
        expiresAt,
        createdAt,
        creditedAt,
        nowRefunded,
        nowChargedBack,
        nowReturned);
  }

  /**
   * Returns the status that users see. A purchase counts as paid when the wallet has posted its
   * credits.
   */
  public String status() {
    if (state != State.paid) {
      return state.name();
    }
    if (creditedAt == null) {
      return State.pending.name();
    }
    if (chargedBack > 0) {
      return "charged_back";
    }
    if (refunded >= price) {
      return "refunded";
    }
    return refunded > 0 ? "partially_refunded" : State.paid.name();
  }

  /** Whether the provider may still decide the checkout. */
  public boolean isOpen() {
    return state == State.pending;
  }
}
