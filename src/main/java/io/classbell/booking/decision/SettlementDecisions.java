package io.classbell.booking.decision;

import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.ReviewDecision;
import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.event.MeetingEvents;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Booking.Money;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Settlement;
import io.classbell.booking.model.SettlementRule;
import io.classbell.platform.adminlog.AdminAction;
import io.classbell.wallet.api.WalletApi.Settled;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the money of a booking is divided by a review, and what follows once the ledger posted it.
 */
public final class SettlementDecisions {

  /** The ledger has posted what was decided, or given up a hold. */
  static Decision record(BookingUnitOfWork unit, BookingCommand.RecordSettlement command) {
    Booking booking = unit.booking(command.asked().booking().id());
    if (booking == null) {
      throw new IllegalStateException(
          "booking " + command.asked().booking().id() + " does not exist");
    }
    Booking ended = recorded(booking, command.answer());
    if (ended != booking) {
      unit.change(ended);
      Settlement settlement = ended.settlement();
      if (settlement != null) {
        unit.recordAll(BookingEvents.settled(command.asked().with(ended), settlement, unit.now()));
      }
    }
    return new Decision.BookingDecided(command.asked().with(ended));
  }

  /** The same booking where there was nothing left to record. */
  static Booking recorded(Booking booking, Settled answer) {
    return switch (booking.money()) {
      case settling -> booking.withMoney(Money.settled, booking.settlement());
      case voiding -> {
        Settlement refund = refund(booking, answer);
        yield booking.withMoney(refund == null ? Money.none : Money.settled, refund);
      }
      case asked, held, settled, none -> booking;
    };
  }

  /** What a hold that was given up had taken; null where it had taken nothing yet. */
  private static @Nullable Settlement refund(Booking booking, Settled answer) {
    return answer.student() == 0
        ? null
        : new Settlement(answer.student(), 0, 0, "refund", voidRule(booking).code(), null);
  }

  /** Why a hold is given up. */
  public static SettlementRule voidRule(Booking booking) {
    String by = booking.cancelledBy();
    return by == null || by.equals("student")
        ? SettlementRule.BOOKING_NOT_CONFIRMED
        : SettlementRule.MEETING_CANCELLED;
  }

  /** The same decision again gives the first answer; another one is rejected. */
  static Decision review(BookingUnitOfWork unit, BookingCommand.Review command) {
    Meeting meeting = unit.meeting(command.review().meetingId());
    if (meeting == null || !command.review().admin().isAdmin()) {
      return Decision.rejected(MeetingApi.NO_MEETING);
    }
    Verdict verdict = command.verdict();
    ReviewDecision known = meeting.reviewDecision();
    if (known != null) {
      return verdict.is(known)
          ? new Decision.MeetingDecided(meeting, List.of())
          : new Decision.Rejected(
              MeetingApi.NOT_IN_REVIEW.failure("This review was decided in another way."));
    }
    if (meeting.review() != Meeting.Review.needed) {
      return Decision.rejected(MeetingApi.NOT_IN_REVIEW);
    }
    String adminId = command.review().admin().userId();
    Meeting decided =
        meeting.decided(
            new ReviewDecision(
                verdict.decision(),
                verdict.studentPercent(),
                command.review().note(),
                adminId,
                unit.now()));
    // A student who was moving away when the class ended does not take part.
    List<Booking> bookings =
        unit.liveBookingsIn(meeting.id()).stream()
            .filter(b -> b.status() == Booking.Status.completed)
            .toList();
    unit.change(decided);
    unit.record(logEntry(command.review(), verdict));
    for (Booking booking : bookings) {
      if (booking.money() == Money.held) {
        unit.change(booking.settling(verdict.settlement(booking, adminId)));
        unit.resume(booking.id());
      }
    }
    unit.recordAll(new MeetingEvents(decided, bookings, unit.now()).decided(decided));
    return new Decision.MeetingDecided(decided, List.of());
  }

  private static AdminAction logEntry(MeetingApi.DecideReview review, Verdict verdict) {
    return new AdminAction(
        review.admin().userId(),
        "review_decided",
        "meeting",
        review.meetingId(),
        review.note(),
        Map.of("review", "needed"),
        Map.of(
            "review",
            "decided",
            "decision",
            verdict.decision(),
            "studentPercent",
            verdict.studentPercent()));
  }

  private SettlementDecisions() {}
}
