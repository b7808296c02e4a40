/**
 * Bookings, meetings and the rules about them, without Vert.x and SQL. Start with {@link
 * io.classbell.booking.model.Booking} and {@link io.classbell.booking.model.Meeting}.
 */
@NullMarked
package io.classbell.booking.model;

import org.jspecify.annotations.NullMarked;
