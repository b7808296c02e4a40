/**
 * What becomes of the classes and bookings of users whose account is disabled or gets another role.
 * Start with {@link io.classbell.booking.departure.Departures}.
 */
@NullMarked
package io.classbell.booking.departure;

import org.jspecify.annotations.NullMarked;
