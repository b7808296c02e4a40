package io.classbell.booking.lifecycle;

import io.classbell.booking.decision.BookingUnitOfWork;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.MeetingTimeline;
import io.classbell.booking.model.PendingAction;
import io.classbell.notification.api.NotificationApi.Fact;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one milestone does to one meeting.
 *
 * @param meeting as it is to be stored; null where it stays as it is
 * @param bookings those that change
 * @param facts what people must hear
 * @param next the milestone that follows; null where the chain ends
 */
record Transition(
    @Nullable Meeting meeting,
    List<Booking> bookings,
    List<Fact> facts,
    MeetingTimeline.@Nullable Point next) {

  /** The meeting is past this milestone: nothing is to be done, now or later. */
  static final Transition NONE = new Transition(null, List.of(), List.of(), null);

  static Transition then(MeetingTimeline.@Nullable Point next) {
    return new Transition(null, List.of(), List.of(), next);
  }

  Transition storing(Meeting changed) {
    return new Transition(changed, bookings, facts, next);
  }

  Transition storing(List<Booking> changed) {
    return new Transition(meeting, changed, facts, next);
  }

  Transition telling(List<Fact> told) {
    return new Transition(meeting, bookings, told, next);
  }

  /** The same, and these bookings are rejected, which frees their seats. */
  Transition rejecting(List<Booking> rejected, List<Fact> told) {
    return new Transition(meeting, both(bookings, rejected), both(told, facts), next);
  }

  /** Adds this transition to what is written. */
  void applyTo(BookingUnitOfWork unit, String meetingId) {
    if (meeting != null) {
      unit.change(meeting);
    }
    for (Booking booking : bookings) {
      unit.change(booking);
      if (PendingAction.of(booking) != PendingAction.NONE) {
        unit.resume(booking.id());
      }
    }
    unit.recordAll(facts);
    if (next != null) {
      unit.schedule(meetingId, next);
    }
  }

  private static <T> List<T> both(List<T> first, List<T> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
