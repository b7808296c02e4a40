package io.classbell.booking;

import io.classbell.booking.BookingApi.Booking;

/** A booking with the meeting that it is in. */
record Seat(BookingRow booking, MeetingRow meeting) {

  Booking toApi() {
    return booking.toApi(meeting);
  }

  Seat with(BookingRow changed) {
    return new Seat(changed, meeting);
  }
}
