package io.classbell.booking.command;

import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.failure.RejectionCode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Short words for what a group answers. */
final class Outcomes {

  static <R> Outcome<R> done(R result) {
    return new Outcome.Done<>(result);
  }

  static <R> Outcome<R> no(RejectionCode refusal) {
    return new Outcome.Rejected<>(refusal.failure());
  }

  /** A refusal with the values that it depends on; none where the map is empty. */
  static <R> Outcome<R> no(RejectionCode refusal, Map<String, Object> params) {
    return params.isEmpty() ? no(refusal) : new Outcome.Rejected<>(refusal.failure().with(params));
  }

  /**
   * Each command's booking, as it is now.
   *
   * @throws IllegalStateException where one is gone, which never happens
   */
  static <C> List<Outcome<BookingWithMeeting>> each(
      List<C> commands, Function<C, String> bookingId, Map<String, BookingWithMeeting> seats) {
    return commands.stream().map(c -> done(seat(bookingId.apply(c), seats))).toList();
  }

  private static BookingWithMeeting seat(String bookingId, Map<String, BookingWithMeeting> seats) {
    BookingWithMeeting seat = seats.get(bookingId);
    if (seat == null) {
      throw new IllegalStateException("booking " + bookingId + " is gone");
    }
    return seat;
  }

  private Outcomes() {}
}
