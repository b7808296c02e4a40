/**
 * The commands that change bookings: book, cancel, move and cancel a meeting, and the saga that
 * settles them with the wallet. Start with {@link io.classbell.booking.command.BookingCommands},
 * then {@link io.classbell.booking.command.BookingSaga}.
 */
@NullMarked
package io.classbell.booking.command;

import org.jspecify.annotations.NullMarked;
