package io.classbell.booking;

import io.classbell.platform.bus.Refusal;
import io.classbell.platform.db.GroupCommit.Outcome;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Short words for what a group answers. */
final class Outcomes {

  static <R> Outcome<R> done(R result) {
    return new Outcome.Done<>(result);
  }

  static <R> Outcome<R> no(Refusal refusal) {
    return new Outcome.No<>(refusal.failure());
  }

  /** A refusal with the values that it depends on; none where the map is empty. */
  static <R> Outcome<R> no(Refusal refusal, Map<String, Object> params) {
    return params.isEmpty() ? no(refusal) : new Outcome.No<>(refusal.failure().with(params));
  }

  /**
   * Each command's booking, as it is now.
   *
   * @throws IllegalStateException where one is gone, which never happens
   */
  static <C> List<Outcome<Seat>> each(
      List<C> commands, Function<C, String> bookingId, Map<String, Seat> seats) {
    return commands.stream().map(c -> done(seat(bookingId.apply(c), seats))).toList();
  }

  private static Seat seat(String bookingId, Map<String, Seat> seats) {
    Seat seat = seats.get(bookingId);
    if (seat == null) {
      throw new IllegalStateException("booking " + bookingId + " is gone");
    }
    return seat;
  }

  private Outcomes() {}
}
