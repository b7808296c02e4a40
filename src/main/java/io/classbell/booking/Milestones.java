package io.classbell.booking;

import io.classbell.booking.BookingApi.Milestone;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.outbox.Task;
import java.time.Instant;

/** Milestones as messages of the outbox. */
final class Milestones {

  /** The one message for a milestone of a meeting; a second one is dropped while it waits. */
  static Outbox.Outgoing message(Outbox outbox, String meetingId, Timeline.Point point) {
    return outbox.message(
        BookingApi.MILESTONE, point.dueAt(), point.of(meetingId), key(meetingId, point));
  }

  /**
   * The same milestone later, for a meeting that cannot take it yet. Its key is made of the message
   * that is carried out now, which is still there: however often that one comes, one follows.
   */
  static Outbox.Outgoing again(
      Outbox outbox, Task.Due<Milestone> now, Timeline.Point point, Instant dueAt) {
    String meetingId = now.body().meetingId();
    return outbox.message(
        BookingApi.MILESTONE,
        dueAt,
        point.of(meetingId),
        key(meetingId, point) + ":" + now.dueAt().toEpochMilli());
  }

  private static String key(String meetingId, Timeline.Point point) {
    String key = "milestone:" + meetingId + ":" + point.name();
    return point.before() == null ? key : key + ":" + point.before();
  }

  private Milestones() {}
}
