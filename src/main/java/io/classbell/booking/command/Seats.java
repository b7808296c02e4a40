package io.classbell.booking.command;

import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.store.BookingStores;
import io.classbell.platform.db.Sql;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Bookings together with their meetings. */
public final class Seats {

  /** Without locks; unknown ids are left out. */
  static Map<String, BookingWithMeeting> byIds(
      BookingStores stores, Sql sql, Collection<String> bookingIds) {
    return with(stores, sql, stores.bookings().byIds(sql, bookingIds).values());
  }

  /** Without a lock; null where there is none. */
  public static @Nullable BookingWithMeeting byId(BookingStores stores, Sql sql, String bookingId) {
    return byIds(stores, sql, List.of(bookingId)).get(bookingId);
  }

  /** These bookings with their meetings, in the same order. */
  public static Map<String, BookingWithMeeting> with(
      BookingStores stores, Sql sql, Collection<Booking> bookings) {
    Map<String, Meeting> meetings =
        stores
            .meetings()
            .byIds(sql, bookings.stream().map(Booking::meetingId).collect(Collectors.toSet()));
    Map<String, BookingWithMeeting> seats = new LinkedHashMap<>();
    for (Booking booking : bookings) {
      Meeting meeting = meetings.get(booking.meetingId());
      if (meeting == null) {
        throw new IllegalStateException("booking " + booking.id() + " has no meeting");
      }
      seats.put(booking.id(), new BookingWithMeeting(booking, meeting));
    }
    return seats;
  }

  private Seats() {}
}
