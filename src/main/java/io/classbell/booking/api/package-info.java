/**
 * The interface of the booking module for other modules: bus operations, their records and the
 * settings. Start with {@link io.classbell.booking.api.BookingApi} and {@link
 * io.classbell.booking.api.MeetingApi}.
 */
@NullMarked
package io.classbell.booking.api;

import org.jspecify.annotations.NullMarked;
