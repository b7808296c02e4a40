package io.classbell.payment.model;

import org.jspecify.annotations.Nullable;

/**
 * A fact and what the provider says about its purchase.
 *
 * @param purchaseId our id, if the provider returned it
 * @param checkoutRef the provider's checkout session or order
 * @param paymentRef the provider's payment
 */
public record Sighting(
    Provider provider,
    @Nullable String purchaseId,
    @Nullable String checkoutRef,
    @Nullable String paymentRef,
    PaymentFact fact) {}
