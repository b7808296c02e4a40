package io.classbell.booking;

import io.classbell.platform.Ids;
import java.time.Duration;
import java.time.Instant;

/** Slots and bookings out of nothing, for tests of decisions. */
final class Rows {
  static final Instant NOW = Instant.parse("2030-02-01T10:00:00Z");

  /** A slot of an hour with five seats, two days from {@link #NOW}, at 25 credits. */
  static MeetingRow slot() {
    return slotAt(NOW.plus(Duration.ofDays(2)));
  }

  static MeetingRow slotAt(Instant startsAt) {
    return MeetingRow.scheduled(
        Ids.next(), Ids.next(), null, "Algebra", startsAt, 60, 5, 2500, NOW);
  }

  /** Of a new student, pending. */
  static BookingRow booking(MeetingRow slot) {
    return BookingRow.pending(
        Ids.next(), Ids.next(), slot, CancellationPolicy.frozen(BookingDefaults.SETTINGS), NOW);
  }

  private Rows() {}
}
