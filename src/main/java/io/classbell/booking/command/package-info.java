/**
 * The commands that change bookings, as transactions and as the saga that carries them to the
 * wallet. Start with {@link io.classbell.booking.command.BookingCommands}, then {@link
 * io.classbell.booking.command.BookingTransaction} and {@link
 * io.classbell.booking.command.BookingSaga}.
 */
@NullMarked
package io.classbell.booking.command;

import org.jspecify.annotations.NullMarked;
