/**
 * What the payment module asks of every provider. Start with {@link
 * io.classbell.payment.provider.CheckoutProvider}.
 */
@NullMarked
package io.classbell.payment.provider;

import org.jspecify.annotations.NullMarked;
