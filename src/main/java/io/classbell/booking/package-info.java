/**
 * Slots, meetings and bookings. {@link io.classbell.booking.BookingVerticle} lists the bus
 * operations and the class that serves each.
 */
@NullMarked
package io.classbell.booking;

import org.jspecify.annotations.NullMarked;
