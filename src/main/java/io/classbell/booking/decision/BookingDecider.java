package io.classbell.booking.decision;

import io.classbell.booking.api.BookingApi.Policy;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.idempotency.CommandKey;
import io.classbell.platform.idempotency.KnownKey;

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

  /**
   * What becomes of this command; the changes are in the unit. A command whose key is known is
   * rejected as it was, or answered with its booking as it is now.
   */
  public Decision decide(BookingUnitOfWork unit, BookingCommand command) {
    CommandKey key = command.key();
    if (key == null) {
      return decideNow(unit, command);
    }
    KnownKey known = unit.key(key.id());
    if (known == null) {
      Decision decision = decideNow(unit, command);
      remember(unit, key, decision);
      return decision;
    }
    Rejection rejection = known.rejectionOf(key);
    return rejection == null
        ? decideNow(unit, command).asRepeated()
        : new Decision.Rejected(rejection);
  }

  /** Stores the outcome with the effect; what may be decided otherwise later is not stored. */
  private static void remember(BookingUnitOfWork unit, CommandKey key, Decision decision) {
    switch (decision) {
      case Decision.Rejected(Rejection rejection) -> {
        if (!rejection.retryable()) {
          unit.add(KnownKey.rejected(key, rejection));
        }
      }
      case Decision.MoveUnderWay underWay -> {}
      case Decision.BookingDecided done -> unit.add(KnownKey.effective(key));
      case Decision.MeetingDecided done -> unit.add(KnownKey.effective(key));
      case Decision.DisputeDecided done -> unit.add(KnownKey.effective(key));
    }
  }

  private Decision decideNow(BookingUnitOfWork unit, BookingCommand command) {
    return switch (command) {
      case BookingCommand.Reserve reserve -> seats.reserve(unit, reserve);
      case BookingCommand.RecordHold hold -> seats.recordHold(unit, hold);
      case BookingCommand.Cancel cancel -> CancellationDecisions.cancel(unit, cancel);
      case BookingCommand.BeginMove begin -> MoveDecisions.begin(unit, begin);
      case BookingCommand.EndMove end -> MoveDecisions.end(unit, end);
      case BookingCommand.RecordSettlement settled -> SettlementDecisions.record(unit, settled);
      case BookingCommand.CancelMeeting cancel ->
          CancellationDecisions.cancelMeeting(unit, cancel.cancel());
      case BookingCommand.OnDispute dispute -> DisputeDecisions.decide(unit, dispute.command());
      case BookingCommand.Review review -> SettlementDecisions.review(unit, review);
    };
  }
}
