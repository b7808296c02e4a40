package io.classbell.booking.dispute;

import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.api.DisputeApi.Answer;
import io.classbell.booking.api.DisputeApi.DisputeView;
import io.classbell.booking.api.DisputeApi.Outcome;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Dispute;
import io.classbell.booking.model.Dispute.Side;
import io.classbell.booking.model.SettlementRule;
import io.classbell.platform.bus.Caller;
import org.jspecify.annotations.Nullable;

/** Disputes as a caller sees them. */
final class DisputeViews {

  static DisputeView of(Dispute dispute, BookingWithMeeting seat, Caller caller) {
    Booking booking = seat.booking();
    Side side = caller.isAdmin() ? null : dispute.sideOf(caller.userId());
    boolean undecided = dispute.status().isUndecided();
    return new DisputeView(
        dispute.id(),
        dispute.bookingId(),
        seat.meeting().seenBy(caller, true).toApi(),
        dispute.studentId(),
        dispute.teacherId(),
        dispute.openedBy().name(),
        dispute.status().name(),
        dispute.reason(),
        dispute.studentPercent(),
        split(booking, dispute.studentPercent(), false, false),
        booking.price(),
        dispute.openedAt(),
        dispute.answerUntil(),
        answer(dispute, booking),
        outcome(dispute, booking),
        undecided && side != null && dispute.proposalTo(side) != null,
        undecided && side != null && side != dispute.openedBy() && dispute.answer() == null);
  }

  private static @Nullable Answer answer(Dispute dispute, Booking booking) {
    Dispute.Answer answer = dispute.answer();
    if (answer == null) {
      return null;
    }
    Integer percent = answer.studentPercent();
    return new Answer(
        answer.reason(),
        percent,
        percent == null ? null : split(booking, percent, false, false),
        answer.at());
  }

  private static @Nullable Outcome outcome(Dispute dispute, Booking booking) {
    Dispute.Outcome outcome = dispute.outcome();
    if (outcome == null) {
      return null;
    }
    boolean posted = booking.money() == Booking.Money.settled;
    boolean byAdmin = outcome.how() == Dispute.How.decided;
    return new Outcome(
        outcome.how().name(),
        outcome.studentPercent(),
        split(booking, outcome.studentPercent(), byAdmin, posted),
        outcome.note(),
        outcome.at());
  }

  /** What the posting does, too: both ask the same function. */
  private static Split split(Booking booking, int percent, boolean byAdmin, boolean posted) {
    SettlementRule rule = byAdmin ? SettlementRule.DISPUTE_DECIDED : SettlementRule.DISPUTE_AGREED;
    Split split = CancellationPolicy.split(booking.policy(), booking.price(), percent, rule);
    return new Split(split.student(), split.teacher(), split.fee(), split.rule(), posted);
  }

  private DisputeViews() {}
}
