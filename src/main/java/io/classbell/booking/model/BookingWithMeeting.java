package io.classbell.booking.model;

import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.platform.bus.Caller;

/** A booking with the meeting that it is in. */
public record BookingWithMeeting(Booking booking, Meeting meeting) {

  public BookingView toApi() {
    return booking.toApi(meeting);
  }

  public BookingWithMeeting seenBy(Caller caller) {
    return new BookingWithMeeting(booking, meeting.seenBy(caller, booking.isInClass()));
  }

  public BookingWithMeeting with(Booking changed) {
    return new BookingWithMeeting(changed, meeting);
  }
}
