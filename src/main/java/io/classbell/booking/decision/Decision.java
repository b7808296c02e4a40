package io.classbell.booking.decision;

import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Dispute;
import io.classbell.booking.model.Meeting;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.RejectionCode;
import java.util.List;
import java.util.Map;

/** The result of one {@link BookingCommand}. */
public sealed interface Decision {

  /**
   * The booking as it is now.
   *
   * @param repeated whether the command was known by its key
   */
  record BookingDecided(BookingWithMeeting booking, boolean repeated) implements Decision {
    BookingDecided(BookingWithMeeting booking) {
      this(booking, false);
    }

    @Override
    public Decision asRepeated() {
      return new BookingDecided(booking, true);
    }
  }

  /**
   * The meeting as it is now.
   *
   * @param cancelled the bookings that this decision cancelled
   */
  record MeetingDecided(Meeting meeting, List<BookingWithMeeting> cancelled) implements Decision {}

  /** The dispute as it is now, with its booking. */
  record DisputeDecided(Dispute dispute, BookingWithMeeting booking) implements Decision {}

  /** A move of the booking is under way; it must end before anything else is decided. */
  record MoveUnderWay() implements Decision {}

  /** Nothing changes. */
  record Rejected(Rejection rejection) implements Decision {}

  /** The same decision about a command that was known by its key. */
  default Decision asRepeated() {
    return this;
  }

  static Decision rejected(RejectionCode code) {
    return rejected(code, Map.of());
  }

  /** {@code params}: the values that the rejection depends on; may be empty. */
  static Decision rejected(RejectionCode code, Map<String, Object> params) {
    Rejection rejection = code.failure();
    return new Rejected(params.isEmpty() ? rejection : rejection.with(params));
  }
}
