/**
 * The decisions about bookings as pure functions: a unit of work holds what is loaded and what
 * changes, and the decider changes it. Start with {@link
 * io.classbell.booking.decision.BookingDecider} and {@link
 * io.classbell.booking.decision.BookingUnitOfWork}.
 */
@NullMarked
package io.classbell.booking.decision;

import org.jspecify.annotations.NullMarked;
