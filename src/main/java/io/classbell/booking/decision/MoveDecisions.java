package io.classbell.booking.decision;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.MoveBooking;
import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.event.BookingEvents.Audience;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Move;
import io.classbell.booking.model.SeatRules;
import io.classbell.booking.model.Settlement;
import io.classbell.platform.failure.RejectionCode;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A booking changes its slot in two steps: a seat in the new slot is taken, then, once the wallet
 * has moved the hold or rejected that, one of the two seats is freed.
 */
public final class MoveDecisions {

  /** The reason of a booking whose move did not end before a class began. */
  static final String MOVE_TOO_LATE = "move_too_late";

  static Decision begin(BookingUnitOfWork unit, BookingCommand.BeginMove begin) {
    MoveBooking command = begin.move();
    Booking booking = unit.booking(command.bookingId());
    if (booking == null || !booking.studentId().equals(command.caller().userId())) {
      return Decision.rejected(BookingApi.NO_BOOKING);
    }
    Move last = booking.move();
    Meeting from = unit.meeting(booking.meetingId());
    String target = last == null ? null : last.targetOf(command.commandId());
    if (target != null && !target.equals(command.slotId())) {
      return Decision.rejected(MeetingApi.COMMAND_REUSED);
    }
    if (target != null && from != null) {
      return new Decision.BookingDecided(new BookingWithMeeting(booking, from));
    }
    // Where the meeting is not loaded, the booking was moved before it could be locked.
    if (booking.movingTo() != null || from == null) {
      return new Decision.MoveUnderWay();
    }
    Meeting to = unit.meeting(command.slotId());
    Collection<Booking> ofStudent = unit.bookingsOf(booking.studentId());
    RejectionCode rejection = rejection(booking, to, ofStudent, unit.now());
    if (rejection == null && !begin.isOffered()) {
      rejection = BookingApi.SLOT_NOT_BOOKABLE;
    }
    if (rejection != null) {
      return Decision.rejected(rejection, SeatRules.params(rejection, to, ofStudent, booking.id()));
    }
    if (to == null) {
      return Decision.rejected(MeetingApi.NO_SLOT);
    }
    Decision changed =
        Terms.unlessPriceOfMove(command.expectedPrice(), to.price(), booking.price());
    if (changed != null) {
      return changed;
    }
    if (!begin.pays(booking, to)) {
      String code = BookingApi.INSUFFICIENT_CREDITS.code();
      unit.record(BookingEvents.stayed(booking, from, to, code, unit.now()));
      return Decision.rejected(
          BookingApi.INSUFFICIENT_CREDITS,
          Map.of(
              "price", to.price(),
              "needed", to.price() - booking.price(),
              "balance", begin.credits()));
    }
    Booking moving = booking.moving(Move.begun(command.commandId(), booking, to));
    unit.change(moving);
    unit.watch(moving.id());
    return new Decision.BookingDecided(new BookingWithMeeting(moving, from));
  }

  /** Why this booking cannot move there now; in the order of precedence of the API. */
  public static @Nullable RejectionCode rejection(
      Booking booking, @Nullable Meeting to, Collection<Booking> ofStudent, Instant now) {
    if (to == null) {
      return MeetingApi.NO_SLOT;
    }
    if (booking.status() != Booking.Status.confirmed) {
      return BookingApi.NOT_CONFIRMED;
    }
    if (booking.meetingId().equals(to.id())) {
      return BookingApi.SAME_SLOT;
    }
    Move last = booking.move();
    if (last != null && last.isLast()) {
      return BookingApi.MOVED_TOO_OFTEN;
    }
    if (!CancellationPolicy.fullyRefundable(booking.policy(), booking.startsAt(), now)) {
      return BookingApi.TOO_LATE;
    }
    return SeatRules.refusal(to, ofStudent, booking.id(), now);
  }

  /**
   * Where the meeting that the booking ends in was cancelled meanwhile, the booking is cancelled
   * with it and refunded in full, as if the move had come just before. The same where a class began
   * before it was certain who takes part.
   */
  static Decision end(BookingUnitOfWork unit, BookingCommand.EndMove command) {
    Booking booking = unit.booking(command.bookingId());
    if (booking == null) {
      throw new IllegalStateException("booking " + command.bookingId() + " does not exist");
    }
    Move move = command.move();
    if (!move.equals(booking.move()) || booking.movingTo() == null) {
      return new Decision.BookingDecided(unit.withMeeting(booking));
    }
    Meeting from = unit.existingMeeting(move.fromMeetingId());
    Meeting to = unit.existingMeeting(move.toMeetingId());
    String rejection = command.rejection();
    Booking ended =
        rejection == null
            ? arrive(unit, new BookingWithMeeting(booking.moved(to, move), to), from)
            : stay(unit, new BookingWithMeeting(booking.stayed(rejection), from), to, rejection);
    unit.change(ended);
    return new Decision.BookingDecided(unit.withMeeting(ended));
  }

  private static Booking arrive(BookingUnitOfWork unit, BookingWithMeeting moved, Meeting from) {
    Meeting to = moved.meeting();
    boolean inTime = to.status().live() && unit.now().isBefore(to.startsAt());
    if (!inTime && to.status() != Meeting.Status.cancelled) {
      return cancelAsTooLate(unit, moved, from);
    }
    unit.recordAll(BookingEvents.moved(moved, from, unit.now()));
    return inTime ? moved.booking() : cancelWithMeeting(unit, moved);
  }

  private static Booking stay(
      BookingUnitOfWork unit, BookingWithMeeting stayed, Meeting to, String rejection) {
    Meeting from = stayed.meeting();
    if (from.status() == Meeting.Status.cancelled) {
      return cancelWithMeeting(unit, stayed);
    }
    if (!from.status().live()) {
      return cancelAsTooLate(unit, stayed, from);
    }
    unit.record(BookingEvents.stayed(stayed.booking(), from, to, rejection, unit.now()));
    return stayed.booking();
  }

  /** The class went on, or did not take place, without this student: nothing is to be paid. */
  private static Booking cancelAsTooLate(
      BookingUnitOfWork unit, BookingWithMeeting held, Meeting from) {
    Booking booking = held.booking();
    Booking cancelled =
        refund(
            unit,
            held,
            "platform",
            MOVE_TOO_LATE,
            CancellationPolicy.moveTooLate(booking.policy(), booking.price()));
    unit.record(BookingEvents.cancelled(Audience.student, held.with(cancelled), unit.now()));
    unit.record(
        BookingEvents.cancelled(
            Audience.teacher, new BookingWithMeeting(cancelled, from), unit.now()));
    return cancelled;
  }

  private static Booking cancelWithMeeting(BookingUnitOfWork unit, BookingWithMeeting held) {
    Booking booking = held.booking();
    Meeting meeting = held.meeting();
    String by = Objects.requireNonNullElse(meeting.cancelledBy(), "teacher");
    unit.record(
        BookingEvents.meetingCancelled(meeting, booking, booking.sequence() + 1, by, unit.now()));
    return refund(
        unit,
        held,
        by,
        meeting.cancelReason(),
        CancellationPolicy.meetingCancelled(booking.policy(), booking.price()));
  }

  private static Booking refund(
      BookingUnitOfWork unit,
      BookingWithMeeting held,
      String by,
      @Nullable String reason,
      Split whole) {
    unit.watch(held.booking().id());
    return held.booking().cancelled(by, reason, Settlement.of(whole, null));
  }

  private MoveDecisions() {}
}
