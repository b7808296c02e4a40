/**
 * Disputes about the credits of bookings, and what admins see before they decide. Start with {@link
 * io.classbell.booking.dispute.Disputes}.
 */
@NullMarked
package io.classbell.booking.dispute;

import org.jspecify.annotations.NullMarked;
