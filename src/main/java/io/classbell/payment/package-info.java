/**
 * Money that enters from and leaves to payment providers: purchases of credits, refunds and
 * chargebacks. Start with {@link io.classbell.payment.PaymentVerticle}. Only the wallet posts to
 * the ledger; this module sends it commands whose ids name the provider's object.
 */
@NullMarked
package io.classbell.payment;

import org.jspecify.annotations.NullMarked;
