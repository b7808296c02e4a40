/**
 * The states of a withdrawal, without Vert.x and SQL. Start with {@link
 * io.classbell.payment.payout.model.Withdrawal}.
 */
@NullMarked
package io.classbell.payment.payout.model;

import org.jspecify.annotations.NullMarked;
