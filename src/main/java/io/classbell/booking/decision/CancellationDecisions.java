package io.classbell.booking.decision;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.event.BookingEvents.Audience;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Settlement;
import io.classbell.platform.adminlog.AdminAction;
import io.classbell.platform.failure.RejectionCode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cancellation of a booking by its student, and of a meeting by its teacher or an admin. */
public final class CancellationDecisions {

  /**
   * Frees the seat and decides the refund, once; a second command gets the first decision. The
   * teacher is told only of a booking that was confirmed, as nobody told the teacher of others.
   */
  static Decision cancel(BookingUnitOfWork unit, BookingCommand.Cancel command) {
    Booking booking = unit.booking(command.bookingId());
    RejectionCode rejection = rejection(booking, command.studentId(), unit.now());
    if (booking == null || rejection != null) {
      return Decision.rejected(rejection == null ? BookingApi.NO_BOOKING : rejection);
    }
    // Where the meeting is not loaded, the booking was moved before it could be locked.
    if (booking.movingTo() != null || unit.meeting(booking.meetingId()) == null) {
      return new Decision.MoveUnderWay();
    }
    if (!booking.status().live()) {
      return new Decision.BookingDecided(unit.withMeeting(booking));
    }
    boolean wasPending = booking.status() == Booking.Status.pending;
    Split split = wasPending ? null : split(booking, unit.now());
    Decision changed = Terms.unlessRefund(command.expectedRefund(), booking, split);
    if (changed != null) {
      return changed;
    }
    Booking cancelled =
        booking.cancelled(
            "student",
            command.reason(),
            split == null ? null : Settlement.of(split, command.studentId()));
    unit.change(cancelled);
    unit.watch(cancelled.id());
    BookingWithMeeting ended = unit.withMeeting(cancelled);
    unit.record(BookingEvents.cancelled(Audience.student, ended, unit.now()));
    if (!wasPending) {
      unit.record(BookingEvents.cancelled(Audience.teacher, ended, unit.now()));
    }
    return new Decision.BookingDecided(ended);
  }

  /** Why this student cannot cancel this booking now; null where it can be, or is, cancelled. */
  public static @Nullable RejectionCode rejection(
      @Nullable Booking booking, String studentId, Instant now) {
    if (booking == null || !booking.studentId().equals(studentId)) {
      return BookingApi.NO_BOOKING;
    }
    return switch (booking.status()) {
      case pending, cancelled -> null;
      case rejected -> MeetingApi.NOT_CANCELLABLE;
      case completed -> BookingApi.TOO_LATE;
      case confirmed -> split(booking, now) == null ? BookingApi.TOO_LATE : null;
    };
  }

  private static @Nullable Split split(Booking booking, Instant now) {
    return CancellationPolicy.byStudent(booking.policy(), booking.price(), booking.startsAt(), now);
  }

  /**
   * Every live booking is cancelled and refunded in full, each with its own posting. A booking that
   * is moving out goes on moving; one that is moving in is cancelled when its move ends.
   */
  static Decision cancelMeeting(BookingUnitOfWork unit, MeetingApi.CancelMeeting command) {
    Meeting meeting = unit.meeting(command.meetingId());
    if (meeting == null || !meeting.isRunBy(command.caller())) {
      return Decision.rejected(MeetingApi.NO_MEETING);
    }
    if (meeting.status() == Meeting.Status.cancelled) {
      return new Decision.MeetingDecided(meeting, List.of());
    }
    if (!isCancellable(meeting, unit.now())) {
      return Decision.rejected(MeetingApi.NOT_CANCELLABLE);
    }
    String by = command.caller().isAdmin() ? "admin" : "teacher";
    List<Booking> cancelled =
        unit.liveBookingsIn(meeting.id()).stream()
            .filter(CancellationDecisions::endsWithMeeting)
            .map(b -> b.cancelled(by, command.reason(), refund(b, command.caller().userId())))
            .toList();
    unit.change(meeting.cancelled(unit.now(), by, command.reason()));
    for (Booking booking : cancelled) {
      unit.change(booking);
      unit.watch(booking.id());
    }
    if (command.caller().isAdmin()) {
      unit.record(logEntry(command, meeting, cancelled.size()));
    }
    Meeting after = unit.existingMeeting(meeting.id());
    unit.record(BookingEvents.meetingCancelled(after, by, unit.now()));
    for (Booking booking : cancelled) {
      unit.record(
          BookingEvents.meetingCancelled(after, booking, booking.sequence(), by, unit.now()));
    }
    return new Decision.MeetingDecided(
        after, cancelled.stream().map(b -> new BookingWithMeeting(b, after)).toList());
  }

  private static AdminAction logEntry(
      MeetingApi.CancelMeeting command, Meeting before, int bookings) {
    return new AdminAction(
        command.caller().userId(),
        "meeting_cancelled",
        "meeting",
        before.id(),
        command.reason(),
        Map.of("status", before.status().name()),
        Map.of("status", Meeting.Status.cancelled.name(), "bookingsCancelled", bookings));
  }

  /** Whether a meeting can be cancelled: until its end. */
  public static boolean isCancellable(Meeting meeting, Instant now) {
    return meeting.status().live() && now.isBefore(meeting.endsAt());
  }

  /** Whether a live booking is cancelled with its meeting: one that is moving out is not. */
  public static boolean endsWithMeeting(Booking booking) {
    return booking.movingTo() == null;
  }

  private static @Nullable Settlement refund(Booking booking, String actorId) {
    return booking.status() == Booking.Status.pending
        ? null
        : Settlement.of(
            CancellationPolicy.meetingCancelled(booking.policy(), booking.price()), actorId);
  }

  private CancellationDecisions() {}
}
