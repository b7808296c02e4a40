/**
 * Slots and slot series: creating and searching them. Start with {@link
 * io.classbell.booking.slot.Slots}.
 */
@NullMarked
package io.classbell.booking.slot;

import org.jspecify.annotations.NullMarked;
