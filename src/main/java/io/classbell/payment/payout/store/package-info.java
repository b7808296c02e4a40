/** All SQL of withdrawals and payout accounts. */
@NullMarked
package io.classbell.payment.payout.store;

import org.jspecify.annotations.NullMarked;
