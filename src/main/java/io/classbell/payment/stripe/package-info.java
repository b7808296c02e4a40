/** Stripe: Checkout Sessions, refunds, disputes and webhooks. */
@NullMarked
package io.classbell.payment.stripe;

import org.jspecify.annotations.NullMarked;
