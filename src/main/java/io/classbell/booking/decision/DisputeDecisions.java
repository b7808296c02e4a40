package io.classbell.booking.decision;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.api.DisputeApi;
import io.classbell.booking.event.DisputeEvents;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Dispute;
import io.classbell.booking.model.Dispute.How;
import io.classbell.booking.model.Dispute.Outcome;
import io.classbell.booking.model.Dispute.Side;
import io.classbell.booking.model.Dispute.Status;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.MeetingTimeline;
import io.classbell.booking.model.Settlement;
import io.classbell.booking.model.SettlementRule;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.failure.Rejection;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a dispute is opened, answered and ended. Its credits stay in escrow until it has ended. */
final class DisputeDecisions {

  static Decision decide(BookingUnitOfWork unit, DisputeCommand command) {
    return switch (command) {
      case DisputeCommand.Open open -> open(unit, open);
      case DisputeCommand.Accept accept -> accept(unit, accept);
      case DisputeCommand.Answer answer -> answer(unit, answer);
      case DisputeCommand.Decide decide -> decide(unit, decide);
      case DisputeCommand.Escalate escalate -> escalate(unit, escalate);
    };
  }

  private static Decision open(BookingUnitOfWork unit, DisputeCommand.Open command) {
    DisputeApi.OpenDispute open = command.open();
    Booking booking = unit.booking(open.bookingId());
    Side side = booking == null ? null : sideOf(booking, open.caller());
    if (booking == null || side == null) {
      return Decision.rejected(BookingApi.NO_BOOKING);
    }
    Dispute known = unit.dispute(booking.id());
    if (known != null) {
      return known.id().equals(open.commandId())
          ? decided(unit, known)
          : Decision.rejected(DisputeApi.ALREADY_DISPUTED, Map.of("disputeId", known.id()));
    }
    Meeting meeting = unit.meeting(booking.meetingId());
    Rejection rejection = rejection(booking, meeting, command, unit.now());
    if (rejection != null) {
      return new Decision.Rejected(rejection);
    }
    Dispute opened =
        Dispute.opened(
            open.commandId(),
            booking,
            side,
            open.reason(),
            open.studentPercent(),
            unit.now(),
            unit.now().plus(command.settings().disputeAnswerTime()));
    unit.add(opened);
    unit.recordAll(DisputeEvents.opened(opened, unit.withMeeting(booking), unit.now()));
    return decided(unit, opened);
  }

  /** The side of the booking that a caller is on. Teachers never know of rejected bookings. */
  private static @Nullable Side sideOf(Booking booking, Caller caller) {
    if (booking.studentId().equals(caller.userId())) {
      return Side.student;
    }
    boolean isTeachers =
        booking.teacherId().equals(caller.userId()) && booking.status() != Booking.Status.rejected;
    return isTeachers ? Side.teacher : null;
  }

  private static @Nullable Rejection rejection(
      Booking booking, @Nullable Meeting meeting, DisputeCommand.Open command, Instant now) {
    boolean isAhead =
        booking.status() == Booking.Status.pending || booking.status() == Booking.Status.confirmed;
    if (isAhead || meeting == null) {
      return DisputeApi.NOT_DISPUTABLE.failure("A dispute can be opened when the class has ended.");
    }
    if (booking.status() != Booking.Status.completed) {
      return DisputeApi.NOT_DISPUTABLE.failure(
          "There is nothing to dispute: the booking was cancelled or rejected.");
    }
    if (meeting.review() == Meeting.Review.needed) {
      return DisputeApi.NOT_DISPUTABLE.failure(
          "An administrator already reviews this class and decides about its credits.");
    }
    Instant until = until(meeting, command);
    if (booking.money() != Booking.Money.held || !now.isBefore(until)) {
      return BookingApi.TOO_LATE.failure().with(Map.of("until", until.toString()));
    }
    return null;
  }

  /** When the dispute window ends. */
  private static Instant until(Meeting meeting, DisputeCommand.Open command) {
    Instant closedAt = meeting.closedAt() == null ? meeting.endsAt() : meeting.closedAt();
    return new MeetingTimeline(meeting.startsAt(), meeting.endsAt(), command.settings())
        .release(closedAt)
        .dueAt();
  }

  private static Decision accept(BookingUnitOfWork unit, DisputeCommand.Accept command) {
    DisputeApi.AcceptDispute accept = command.accept();
    String userId = accept.caller().userId();
    Dispute dispute = unit.dispute(command.bookingId());
    Side side = dispute == null ? null : dispute.sideOf(userId);
    if (dispute == null || side == null || !dispute.id().equals(accept.disputeId())) {
      return Decision.rejected(DisputeApi.NO_DISPUTE);
    }
    Outcome known = dispute.outcome();
    if (known != null) {
      return known.how() == How.accepted && known.actorId().equals(userId)
          ? decided(unit, dispute)
          : Decision.rejected(DisputeApi.DISPUTE_CLOSED);
    }
    Integer percent = dispute.proposalTo(side);
    if (percent == null) {
      return new Decision.Rejected(
          DisputeApi.NOT_YOUR_TURN.failure("The other side has made no proposal to accept."));
    }
    return end(unit, dispute, new Outcome(How.accepted, percent, null, userId, unit.now()));
  }

  private static Decision answer(BookingUnitOfWork unit, DisputeCommand.Answer command) {
    DisputeApi.AnswerDispute answer = command.answer();
    String userId = answer.caller().userId();
    Dispute dispute = unit.dispute(command.bookingId());
    Side side = dispute == null ? null : dispute.sideOf(userId);
    if (dispute == null || side == null || !dispute.id().equals(answer.disputeId())) {
      return Decision.rejected(DisputeApi.NO_DISPUTE);
    }
    if (side != dispute.openedBy() && dispute.hasAnswer(answer.reason(), answer.studentPercent())) {
      return decided(unit, dispute);
    }
    if (!dispute.status().isUndecided()) {
      return Decision.rejected(DisputeApi.DISPUTE_CLOSED);
    }
    if (side == dispute.openedBy()) {
      return new Decision.Rejected(
          DisputeApi.NOT_YOUR_TURN.failure("The other side answers the dispute that you opened."));
    }
    if (dispute.answer() != null) {
      return new Decision.Rejected(
          DisputeApi.NOT_YOUR_TURN.failure("You have answered already; an administrator decides."));
    }
    Dispute answered = dispute.answered(answer.reason(), answer.studentPercent(), unit.now());
    Integer percent = answer.studentPercent();
    if (percent != null && percent == dispute.studentPercent()) {
      return end(unit, answered, new Outcome(How.agreed, percent, null, userId, unit.now()));
    }
    unit.change(answered);
    unit.recordAll(
        DisputeEvents.answered(answered, unit.withMeeting(booking(unit, answered)), unit.now()));
    return decided(unit, answered);
  }

  /** The same decision again gives the first answer; another one is rejected. */
  private static Decision decide(BookingUnitOfWork unit, DisputeCommand.Decide command) {
    DisputeApi.DecideDispute decide = command.decide();
    Dispute dispute = unit.dispute(command.bookingId());
    if (dispute == null || !dispute.id().equals(decide.disputeId()) || !decide.admin().isAdmin()) {
      return Decision.rejected(DisputeApi.NO_DISPUTE);
    }
    Outcome known = dispute.outcome();
    if (known != null) {
      return known.how() == How.decided && known.studentPercent() == decide.studentPercent()
          ? decided(unit, dispute)
          : Decision.rejected(DisputeApi.DISPUTE_CLOSED);
    }
    return end(
        unit,
        dispute,
        new Outcome(
            How.decided,
            decide.studentPercent(),
            decide.note(),
            decide.admin().userId(),
            unit.now()));
  }

  /** Nothing is left to do if an answer or a decision came first. */
  private static Decision escalate(BookingUnitOfWork unit, DisputeCommand.Escalate command) {
    Dispute dispute = unit.dispute(command.bookingId());
    if (dispute == null || !dispute.id().equals(command.disputeId())) {
      return Decision.rejected(DisputeApi.NO_DISPUTE);
    }
    if (dispute.status() != Status.open) {
      return decided(unit, dispute);
    }
    Dispute escalated = dispute.escalated();
    unit.change(escalated);
    unit.recordAll(
        DisputeEvents.escalated(escalated, unit.withMeeting(booking(unit, dispute)), unit.now()));
    return decided(unit, escalated);
  }

  /** Divides the price as both sides or an admin decided; the ledger posts it afterwards. */
  private static Decision end(BookingUnitOfWork unit, Dispute dispute, Outcome outcome) {
    Booking booking = booking(unit, dispute);
    if (booking.money() != Booking.Money.held) {
      throw new IllegalStateException(
          "The credits of disputed booking %s are %s.".formatted(booking.id(), booking.money()));
    }
    SettlementRule rule =
        outcome.how() == How.decided
            ? SettlementRule.DISPUTE_DECIDED
            : SettlementRule.DISPUTE_AGREED;
    Split split =
        CancellationPolicy.split(booking.policy(), booking.price(), outcome.studentPercent(), rule);
    Dispute ended = dispute.ended(outcome);
    Booking settling = booking.settling(Settlement.of(split, outcome.actorId()));
    unit.change(ended);
    unit.change(settling);
    unit.watch(booking.id());
    unit.recordAll(DisputeEvents.ended(ended, unit.withMeeting(settling), split, unit.now()));
    return decided(unit, ended);
  }

  private static Decision decided(BookingUnitOfWork unit, Dispute dispute) {
    return new Decision.DisputeDecided(dispute, unit.withMeeting(booking(unit, dispute)));
  }

  private static Booking booking(BookingUnitOfWork unit, Dispute dispute) {
    Booking booking = unit.booking(dispute.bookingId());
    if (booking == null) {
      throw new IllegalStateException("booking " + dispute.bookingId() + " is not loaded");
    }
    return booking;
  }

  private DisputeDecisions() {}
}
