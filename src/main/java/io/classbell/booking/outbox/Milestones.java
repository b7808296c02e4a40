package io.classbell.booking.outbox;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.MeetingTimeline;
import io.classbell.platform.outbox.Outbox;
import java.time.Instant;
import java.util.List;

/** Milestones as messages of the outbox. */
public final class Milestones {

  /**
   * With what the life of a new slot begins: its reminders and its opening, side by side, so that a
   * reminder that cannot be sent keeps no class shut.
   */
  public static List<Outbox.Outgoing> first(
      Outbox outbox, Meeting slot, BookingSettings settings, Instant madeAt) {
    return new MeetingTimeline(slot.startsAt(), slot.endsAt(), settings)
        .first(madeAt).stream().map(point -> message(outbox, slot.id(), point)).toList();
  }

  /** The one message for a milestone of a meeting; a second one is dropped while it waits. */
  static Outbox.Outgoing message(Outbox outbox, String meetingId, MeetingTimeline.Point point) {
    return outbox.message(
        MeetingApi.MILESTONE, point.dueAt(), point.of(meetingId), key(meetingId, point));
  }

  private static String key(String meetingId, MeetingTimeline.Point point) {
    String key = "milestone:" + meetingId + ":" + point.name();
    return point.before() == null ? key : key + ":" + point.before();
  }

  private Milestones() {}
}
