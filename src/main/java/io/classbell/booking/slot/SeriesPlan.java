package io.classbell.booking.slot;

import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.Conflict;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.slot.Recurrence.Occurrence;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which occurrences of a series become slots, and describes the conflicts of the others and
 * of those that daylight saving moved. Used while the teacher's agenda is locked.
 */
record SeriesPlan(List<Occurrence> made, List<Conflict> conflicts) {

  /** An occupied time: [from, to). */
  private record Taken(Instant from, Instant to) {

    boolean touches(Instant start, Instant end) {
      return from.isBefore(end) && start.isBefore(to);
    }
  }

  /**
   * Decides the occurrences in order; each created slot occupies its time for later ones.
   *
   * @param existing the teacher's live slots that could touch the series
   */
  static SeriesPlan of(
      List<Occurrence> occurrences,
      Duration length,
      List<Meeting> existing,
      ZoneId zone,
      Instant now) {
    List<Taken> taken = new ArrayList<>();
    existing.forEach(m -> taken.add(new Taken(m.startsAt(), m.endsAt())));
    List<Occurrence> made = new ArrayList<>();
    List<Conflict> conflicts = new ArrayList<>();
    for (Occurrence next : occurrences) {
      Instant start = next.startsAt();
      Instant end = start.plus(length);
      if (!start.isAfter(now)) {
        conflicts.add(conflict(next, Conflict.IN_THE_PAST, "This time is past."));
      } else if (taken.stream().anyMatch(t -> t.touches(start, end))) {
        String code = MeetingApi.OVERLAPPING_SLOT.code();
        conflicts.add(conflict(next, code, MeetingApi.OVERLAPPING_SLOT.detail()));
      } else {
        made.add(next);
        taken.add(new Taken(start, end));
        if (next.shift() != null) {
          conflicts.add(conflict(next, next.shift().name(), moved(next, next.shift(), zone)));
        }
      }
    }
    return new SeriesPlan(List.copyOf(made), List.copyOf(conflicts));
  }

  private static String moved(Occurrence next, Recurrence.Shift shift, ZoneId zone) {
    return switch (shift) {
      case dst_gap ->
          "Daylight saving skips %s in %s; the slot is at %s."
              .formatted(
                  next.local().toLocalTime(),
                  zone.getId(),
                  next.startsAt().atZone(zone).toLocalTime());
      case dst_overlap ->
          "Daylight saving shows %s in %s twice; the slot is at the earlier one."
              .formatted(next.local().toLocalTime(), zone.getId());
    };
  }

  private static Conflict conflict(Occurrence next, String code, String detail) {
    return new Conflict(next.local().toString(), next.startsAt(), code, detail);
  }
}
