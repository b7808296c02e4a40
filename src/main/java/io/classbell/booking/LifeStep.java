package io.classbell.booking;

import io.classbell.notification.NotificationApi.Fact;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one milestone does to one meeting.
 *
 * @param meeting as it is to be stored; null where it stays as it is
 * @param bookings those that change
 * @param facts what people must hear
 * @param next the milestone that follows; null where the chain ends
 * @param again when to try this milestone once more; null where it is done
 */
record LifeStep(
    @Nullable MeetingRow meeting,
    List<BookingRow> bookings,
    List<Fact> facts,
    Timeline.@Nullable Point next,
    @Nullable Instant again) {

  /** The meeting is past this milestone: nothing is to be done, now or later. */
  static final LifeStep NONE = new LifeStep(null, List.of(), List.of(), null, null);

  static LifeStep then(Timeline.@Nullable Point next) {
    return new LifeStep(null, List.of(), List.of(), next, null);
  }

  static LifeStep tryAgain(Instant at) {
    return new LifeStep(null, List.of(), List.of(), null, at);
  }

  LifeStep storing(MeetingRow changed) {
    return new LifeStep(changed, bookings, facts, next, again);
  }

  LifeStep storing(List<BookingRow> changed) {
    return new LifeStep(meeting, changed, facts, next, again);
  }

  LifeStep telling(List<Fact> told) {
    return new LifeStep(meeting, bookings, told, next, again);
  }
}
