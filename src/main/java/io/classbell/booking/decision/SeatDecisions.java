package io.classbell.booking.decision;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Book;
import io.classbell.booking.api.BookingApi.Policy;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.RejectedAttempt;
import io.classbell.booking.model.SeatRules;
import io.classbell.platform.failure.RejectionCode;
import java.util.Collection;
import java.util.Map;

/** How a booking begins: a seat is taken, then the wallet holds the price or does not. */
final class SeatDecisions {
  private final Policy policy;

  SeatDecisions(Policy policy) {
    this.policy = policy;
  }

  /**
   * A rejection leaves no trace, except that the first booking of a student in a slot that fails
   * for lack of credits is recorded as rejected. It takes no seat.
   */
  Decision reserve(BookingUnitOfWork unit, BookingCommand.Reserve reserve) {
    Book command = reserve.book();
    Meeting slot = unit.meeting(command.slotId());
    Booking known = unit.booking(command.commandId());
    if (known != null) {
      return slot != null && isSameCommand(known, command)
          ? new Decision.BookingDecided(unit.withMeeting(known))
          : Decision.rejected(MeetingApi.COMMAND_REUSED);
    }
    Collection<Booking> ofStudent = unit.bookingsOf(command.studentId());
    RejectionCode rejection =
        slot == null || reserve.isOffered()
            ? SeatRules.refusal(slot, ofStudent, null, unit.now())
            : BookingApi.SLOT_NOT_BOOKABLE;
    if (rejection != null) {
      return Decision.rejected(rejection, SeatRules.params(rejection, slot, ofStudent, null));
    }
    if (slot == null) {
      return Decision.rejected(MeetingApi.NO_SLOT);
    }
    Decision changed = Terms.unlessPrice(command.expectedPrice(), slot.price());
    if (changed != null) {
      return changed;
    }
    if (!reserve.pays(slot)) {
      return rejectForLackOfCredits(unit, command, slot, reserve.credits());
    }
    Booking booking =
        Booking.pending(command.commandId(), command.studentId(), slot, policy, unit.now());
    unit.add(booking);
    unit.watch(booking.id());
    return new Decision.BookingDecided(unit.withMeeting(booking));
  }

  private Decision rejectForLackOfCredits(
      BookingUnitOfWork unit, Book command, Meeting slot, long credits) {
    if (!unit.isFirst(new RejectedAttempt(slot.id(), command.studentId()))) {
      return Decision.rejected(
          BookingApi.INSUFFICIENT_CREDITS,
          Map.of("price", slot.price(), "needed", slot.price(), "balance", credits));
    }
    Booking rejected =
        Booking.pending(command.commandId(), command.studentId(), slot, policy, unit.now())
            .rejected(BookingApi.INSUFFICIENT_CREDITS.code(), Booking.Money.none);
    unit.add(rejected);
    BookingWithMeeting ended = unit.withMeeting(rejected);
    unit.record(BookingEvents.rejected(ended, unit.now()));
    return new Decision.BookingDecided(ended);
  }

  /** A moved booking no longer tells which slot it was made for. */
  private static boolean isSameCommand(Booking known, Book command) {
    boolean moved = known.move() != null;
    return known.studentId().equals(command.studentId())
        && (moved || known.meetingId().equals(command.slotId()));
  }

  /**
   * A booking that is not pending any more (another node was faster, or it was cancelled meanwhile)
   * is answered as it is.
   */
  Decision recordHold(BookingUnitOfWork unit, BookingCommand.RecordHold command) {
    Booking booking = unit.booking(command.pending().booking().id());
    if (booking == null) {
      throw new IllegalStateException(
          "booking " + command.pending().booking().id() + " does not exist");
    }
    if (booking.status() != Booking.Status.pending) {
      return new Decision.BookingDecided(unit.withMeeting(booking));
    }
    String rejection = command.rejection();
    if (rejection == null && !command.isLate(unit.now())) {
      unit.change(booking.confirmed());
      BookingWithMeeting confirmed = unit.withMeeting(booking.confirmed());
      unit.recordAll(BookingEvents.confirmed(confirmed, unit.now()));
      return new Decision.BookingDecided(confirmed);
    }
    // A hold that came after the start is given up: the class began without this student.
    Booking rejected =
        rejection == null ? booking.tooLate() : booking.rejected(rejection, Booking.Money.none);
    unit.change(rejected);
    if (rejected.money() == Booking.Money.voiding) {
      unit.watch(rejected.id());
    }
    BookingWithMeeting ended = unit.withMeeting(rejected);
    unit.record(BookingEvents.rejected(ended, unit.now()));
    return new Decision.BookingDecided(ended);
  }
}
