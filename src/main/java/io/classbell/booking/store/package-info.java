/**
 * All SQL of the booking module. {@link io.classbell.booking.store.BookingStores} lists the stores
 * in the order in which their rows are locked.
 */
@NullMarked
package io.classbell.booking.store;

import org.jspecify.annotations.NullMarked;
