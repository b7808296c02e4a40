package io.classbell.booking.decision;

import io.classbell.booking.api.MeetingApi.ReviewDecision;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Dispute;
import io.classbell.booking.model.Dispute.Side;
import io.classbell.booking.model.Evidence;
import io.classbell.booking.model.Evidence.Details;
import io.classbell.booking.model.Evidence.Kind;
import io.classbell.booking.model.Meeting;
import io.classbell.platform.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Derives the entries of evidence from the changes of a unit of work, so that no decision can
 * change a class or a booking without them. Bookings that are cancelled together with their class
 * have no entry of their own: the one of the class concerns everybody.
 */
public final class EvidenceEntries {

  /** Returns what is to be added to the evidence of the meetings of this unit. */
  public static List<Evidence> of(BookingUnitOfWork unit) {
    List<Evidence> entries = new ArrayList<>();
    for (Meeting meeting : unit.changedMeetings()) {
      Meeting before = unit.meetingBefore(meeting.id());
      if (before != null) {
        addMeeting(entries, before, meeting, unit.now());
      }
    }
    for (Booking booking : unit.changedBookings()) {
      Booking before = unit.bookingBefore(booking.id());
      if (before != null) {
        addBooking(entries, before, booking, unit.now());
      }
    }
    unit.newDisputes().forEach(dispute -> addDispute(entries, null, dispute, unit.now()));
    unit.changedDisputes()
        .forEach(
            dispute ->
                addDispute(entries, unit.disputeBefore(dispute.bookingId()), dispute, unit.now()));
    return entries;
  }

  private static void addDispute(
      List<Evidence> entries, @Nullable Dispute before, Dispute after, Instant now) {
    Side other = after.openedBy() == Side.student ? Side.teacher : Side.student;
    Dispute.Answer answer = after.answer();
    if (before == null) {
      Details details = new Details(null, after.reason(), null, after.studentPercent());
      entries.add(entry(after, now, Kind.disputed, after.openedBy().name(), details));
    }
    if (answer != null && (before == null || before.answer() == null)) {
      Details details = new Details(null, answer.reason(), null, answer.studentPercent());
      entries.add(entry(after, now, Kind.answered, other.name(), details));
    }
    if (after.status() == Dispute.Status.escalated
        && (before == null || before.status() != after.status())) {
      entries.add(entry(after, now, Kind.escalated, "platform", Details.NONE));
    }
    Dispute.Outcome outcome = after.outcome();
    if (outcome != null && (before == null || before.outcome() == null)) {
      boolean byAdmin = outcome.how() == Dispute.How.decided;
      Side side = after.sideOf(outcome.actorId());
      String actor = byAdmin || side == null ? "admin" : side.name();
      Details details = new Details(null, outcome.note(), null, outcome.studentPercent());
      entries.add(entry(after, now, byAdmin ? Kind.decided : Kind.agreed, actor, details));
    }
  }

  private static Evidence entry(
      Dispute dispute, Instant now, Kind kind, String actor, Details details) {
    return new Evidence(
        Ids.next(),
        dispute.meetingId(),
        now,
        kind,
        dispute.studentId(),
        dispute.bookingId(),
        actor,
        details);
  }

  private static void addMeeting(
      List<Evidence> entries, Meeting before, Meeting after, Instant now) {
    if (before.openedAt() == null && after.openedAt() != null) {
      entries.add(Evidence.ofClass(after, now, Kind.opened, null, Details.NONE));
    }
    if (before.status() != after.status() && after.status() == Meeting.Status.cancelled) {
      Details details = new Details(null, after.cancelReason(), null, null);
      entries.add(Evidence.ofClass(after, now, Kind.cancelled, after.cancelledBy(), details));
    }
    if (before.status() != after.status() && after.status() == Meeting.Status.closed) {
      entries.add(Evidence.ofClass(after, now, Kind.closed, null, Details.NONE));
    }
    ReviewDecision decision = after.reviewDecision();
    if (before.reviewDecision() == null && decision != null) {
      Details details =
          new Details(null, decision.note(), decision.decision(), decision.studentPercent());
      entries.add(Evidence.ofClass(after, now, Kind.decided, "admin", details));
    }
  }

  private static void addBooking(
      List<Evidence> entries, Booking before, Booking after, Instant now) {
    if (!before.meetingId().equals(after.meetingId())) {
      entries.add(Evidence.ofBooking(before.meetingId(), after, now, Kind.moved_out, "student"));
      entries.add(Evidence.ofBooking(after.meetingId(), after, now, Kind.moved_in, "student"));
    }
    String by = after.cancelledBy();
    boolean isCancelled =
        before.wasConfirmed()
            && before.status().live()
            && after.status() == Booking.Status.cancelled;
    if (isCancelled && ("student".equals(by) || "platform".equals(by))) {
      Details details = new Details(null, after.reason(), null, null);
      entries.add(Evidence.ofBooking(after.meetingId(), after, now, Kind.cancelled, by, details));
    }
  }

  private EvidenceEntries() {}
}
