/**
 * The notifications that changes of bookings and meetings cause. Start with {@link
 * io.classbell.booking.event.BookingEvents}.
 */
@NullMarked
package io.classbell.booking.event;

import org.jspecify.annotations.NullMarked;
