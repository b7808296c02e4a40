package io.classbell.booking;

import io.classbell.booking.BookingApi.Booking;
import io.classbell.platform.bus.Caller;

/** A booking with the meeting that it is in. */
record Seat(BookingRow booking, MeetingRow meeting) {

  Booking toApi() {
    return booking.toApi(meeting);
  }

  Seat seenBy(Caller caller) {
    return new Seat(booking, meeting.seenBy(caller, booking.isInClass()));
  }

  Seat with(BookingRow changed) {
    return new Seat(changed, meeting);
  }
}
