package io.classbell.booking;

import io.classbell.platform.outbox.Outbox;

/** Milestones as messages of the outbox. */
final class Milestones {

  /** The one message for a milestone of a meeting; a second one is dropped while it waits. */
  static Outbox.Outgoing message(Outbox outbox, String meetingId, Timeline.Point point) {
    return outbox.message(
        BookingApi.MILESTONE, point.dueAt(), point.of(meetingId), key(meetingId, point));
  }

  private static String key(String meetingId, Timeline.Point point) {
    String key = "milestone:" + meetingId + ":" + point.name();
    return point.before() == null ? key : key + ":" + point.before();
  }

  private Milestones() {}
}
