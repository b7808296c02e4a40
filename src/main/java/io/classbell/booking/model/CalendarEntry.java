package io.classbell.booking.model;

import java.time.Instant;

/**
 * A class in somebody's calendar.
 *
 * @param id the booking's for a student, the meeting's for its teacher: what stays when it moves
 * @param sequence rises with every change (RFC 5545, 3.8.7.4)
 * @param cancelled kept for a while, so that calendars take it out
 */
public record CalendarEntry(
    String id,
    int sequence,
    boolean cancelled,
    String title,
    Instant startsAt,
    Instant endsAt,
    Instant createdAt,
    Instant updatedAt) {}
