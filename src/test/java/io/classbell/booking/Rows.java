package io.classbell.booking;

import io.classbell.booking.model.Booking;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.platform.Ids;
import java.time.Duration;
import java.time.Instant;

/** Slots and bookings out of nothing, for tests of decisions. */
public final class Rows {
  public static final Instant NOW = Instant.parse("2030-02-01T10:00:00Z");

  /** A slot of an hour with five seats, two days from {@link #NOW}, at 25 credits. */
  public static Meeting slot() {
    return slotAt(NOW.plus(Duration.ofDays(2)));
  }

  public static Meeting slotAt(Instant startsAt) {
    return Meeting.scheduled(Ids.next(), Ids.next(), null, "Algebra", startsAt, 60, 5, 2500, NOW);
  }

  /** Of a new student, pending. */
  public static Booking booking(Meeting slot) {
    return Booking.pending(
        Ids.next(), Ids.next(), slot, CancellationPolicy.frozen(BookingDefaults.SETTINGS), NOW);
  }

  private Rows() {}
}
