/**
 * The messages that follow from a change of bookings or meetings. Start with {@link
 * io.classbell.booking.outbox.BookingOutbox}.
 */
@NullMarked
package io.classbell.booking.outbox;

import org.jspecify.annotations.NullMarked;
