package io.classbell.booking;

import io.classbell.platform.db.Sql;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Bookings together with their meetings. */
final class Seats {

  /** Without locks; unknown ids are left out. */
  static Map<String, Seat> byIds(Stores stores, Sql sql, Collection<String> bookingIds) {
    return with(stores, sql, stores.bookings().byIds(sql, bookingIds).values());
  }

  /** Without a lock; null where there is none. */
  static @Nullable Seat byId(Stores stores, Sql sql, String bookingId) {
    return byIds(stores, sql, List.of(bookingId)).get(bookingId);
  }

  /** These bookings with their meetings, in the same order. */
  static Map<String, Seat> with(Stores stores, Sql sql, Collection<BookingRow> bookings) {
    Map<String, MeetingRow> meetings =
        stores
            .meetings()
            .byIds(sql, bookings.stream().map(BookingRow::meetingId).collect(Collectors.toSet()));
    Map<String, Seat> seats = new LinkedHashMap<>();
    for (BookingRow booking : bookings) {
      MeetingRow meeting = meetings.get(booking.meetingId());
      if (meeting == null) {
        throw new IllegalStateException("booking " + booking.id() + " has no meeting");
      }
      seats.put(booking.id(), new Seat(booking, meeting));
    }
    return seats;
  }

  private Seats() {}
}
