/**
 * Joining and leaving an open meeting. Start with {@link
 * io.classbell.booking.attendance.Classroom}.
 */
@NullMarked
package io.classbell.booking.attendance;

import org.jspecify.annotations.NullMarked;
