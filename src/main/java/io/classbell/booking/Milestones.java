package io.classbell.booking;

import io.classbell.platform.outbox.Outbox;
import java.time.Instant;
import java.util.List;

/** Milestones as messages of the outbox. */
final class Milestones {

  /**
   * With what the life of a new slot begins: its reminders and its opening, side by side, so that a
   * reminder that cannot be sent keeps no class shut.
   */
  static List<Outbox.Outgoing> first(
      Outbox outbox, MeetingRow slot, BookingSettings settings, Instant madeAt) {
    return new Timeline(slot.startsAt(), slot.endsAt(), settings)
        .first(madeAt).stream().map(point -> message(outbox, slot.id(), point)).toList();
  }

  /** The one message for a milestone of a meeting; a second one is dropped while it waits. */
  static Outbox.Outgoing message(Outbox outbox, String meetingId, Timeline.Point point) {
    return outbox.message(
        MeetingApi.MILESTONE, point.dueAt(), point.of(meetingId), key(meetingId, point));
  }

  private static String key(String meetingId, Timeline.Point point) {
    String key = "milestone:" + meetingId + ":" + point.name();
    return point.before() == null ? key : key + ":" + point.before();
  }

  private Milestones() {}
}
