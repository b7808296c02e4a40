/**
 * Calendar feeds in iCalendar format (RFC 5545). Start with {@link
 * io.classbell.booking.calendar.CalendarFeed}.
 */
@NullMarked
package io.classbell.booking.calendar;

import org.jspecify.annotations.NullMarked;
