package io.classbell.booking;

import io.classbell.notification.NotificationApi.Fact;
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
record LifeStep(
    @Nullable MeetingRow meeting,
    List<BookingRow> bookings,
    List<Fact> facts,
    Timeline.@Nullable Point next) {

  /** The meeting is past this milestone: nothing is to be done, now or later. */
  static final LifeStep NONE = new LifeStep(null, List.of(), List.of(), null);

  static LifeStep then(Timeline.@Nullable Point next) {
    return new LifeStep(null, List.of(), List.of(), next);
  }

  LifeStep storing(MeetingRow changed) {
    return new LifeStep(changed, bookings, facts, next);
  }

  LifeStep storing(List<BookingRow> changed) {
    return new LifeStep(meeting, changed, facts, next);
  }

  LifeStep telling(List<Fact> told) {
    return new LifeStep(meeting, bookings, told, next);
  }

  /** The same, and these bookings are out; {@code freed}: the meeting without their seats. */
  LifeStep rejecting(MeetingRow freed, List<BookingRow> rejected, List<Fact> told) {
    return new LifeStep(
        meeting == null ? freed : meeting, both(bookings, rejected), both(told, facts), next);
  }

  private static <T> List<T> both(List<T> first, List<T> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
