package io.classbell.booking.model;

import io.classbell.booking.slot.Recurrence;
import io.classbell.platform.zones.TimeZoneRules;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * When a slot starts on the clocks of its teacher's zone, as it was when the slot was created.
 *
 * @param zoneRules the version of the time zone rules by which it was computed
 */
public record WallTime(
    String meetingId, String timezone, LocalDateTime local, GivenAs givenAs, String zoneRules) {

  /** What the teacher's client sent; the other was computed. */
  public enum GivenAs {
    local,
    instant
  }

  public static WallTime ofLocal(String meetingId, ZoneId zone, LocalDateTime local) {
    return new WallTime(meetingId, zone.getId(), local, GivenAs.local, rulesNow());
  }

  public static WallTime ofInstant(String meetingId, ZoneId zone, Instant startsAt) {
    LocalDateTime local = LocalDateTime.ofInstant(startsAt, zone);
    return new WallTime(meetingId, zone.getId(), local, GivenAs.instant, rulesNow());
  }

  /** Whether clocks in the zone, by the rules of now, show this time at that instant. */
  public boolean holdsFor(Instant startsAt, ZoneId zone) {
    return switch (givenAs) {
      case local -> startsAt(zone).equals(startsAt);
      // In an hour that clocks show twice, both instants have the same wall time.
      case instant -> LocalDateTime.ofInstant(startsAt, zone).equals(local);
    };
  }

  /** The instant of this wall time by the rules of now, as {@link Recurrence} resolves it. */
  public Instant startsAt(ZoneId zone) {
    return ZonedDateTime.of(local, zone).toInstant();
  }

  private static String rulesNow() {
    return TimeZoneRules.current().version();
  }
}
