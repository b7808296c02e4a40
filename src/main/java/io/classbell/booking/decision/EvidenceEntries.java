package io.classbell.booking.decision;

import io.classbell.booking.api.MeetingApi.ReviewDecision;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Evidence;
import io.classbell.booking.model.Evidence.Details;
import io.classbell.booking.model.Evidence.Kind;
import io.classbell.booking.model.Meeting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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
    return entries;
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
