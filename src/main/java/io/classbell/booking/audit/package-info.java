/**
 * Checks of the invariants that concern seats, money, time and notifications. Start with {@link
 * io.classbell.booking.audit.BookingAudit}.
 */
@NullMarked
package io.classbell.booking.audit;

import org.jspecify.annotations.NullMarked;
