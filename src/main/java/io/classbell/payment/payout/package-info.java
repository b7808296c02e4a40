/**
 * Withdrawals: teachers ask for credits to be paid out, admins approve, providers pay. Start with
 * {@link io.classbell.payment.payout.Withdrawals}.
 */
@NullMarked
package io.classbell.payment.payout;

import org.jspecify.annotations.NullMarked;
