/**
 * Reading bookings, for those who may see them. Start with {@link
 * io.classbell.booking.query.BookingQueries}.
 */
@NullMarked
package io.classbell.booking.query;

import org.jspecify.annotations.NullMarked;
