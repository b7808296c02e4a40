/** PayPal: Orders with capture, refunds, reversals and webhooks. */
@NullMarked
package io.classbell.payment.paypal;

import org.jspecify.annotations.NullMarked;
