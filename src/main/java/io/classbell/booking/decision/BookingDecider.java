package io.classbell.booking.decision;

import io.classbell.booking.api.BookingApi.Policy;

/**
 * Decides booking commands: reads and changes a {@link BookingUnitOfWork}, and nothing else. Each
 * command has at most one effect by its id, however often it comes.
 */
public final class BookingDecider {
  private final SeatDecisions seats;

  /** {@code policy}: the cancellation policy that new bookings freeze. */
  public BookingDecider(Policy policy) {
    this.seats = new SeatDecisions(policy);
  }

  /** What becomes of this command; the changes are in the unit. */
  public Decision decide(BookingUnitOfWork unit, BookingCommand command) {
    return switch (command) {
      case BookingCommand.Reserve reserve -> seats.reserve(unit, reserve);
      case BookingCommand.RecordHold hold -> seats.recordHold(unit, hold);
      case BookingCommand.Cancel cancel -> CancellationDecisions.cancel(unit, cancel);
      case BookingCommand.BeginMove begin -> MoveDecisions.begin(unit, begin);
      case BookingCommand.EndMove end -> MoveDecisions.end(unit, end);
      case BookingCommand.RecordSettlement settled -> SettlementDecisions.record(unit, settled);
      case BookingCommand.CancelMeeting cancel ->
          CancellationDecisions.cancelMeeting(unit, cancel.cancel());
      case BookingCommand.Review review -> SettlementDecisions.review(unit, review);
    };
  }
}
