package io.classbell.booking.model;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.MeetingApi;
import io.classbell.platform.failure.RejectionCode;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a student may take a seat. The refusals are in the order of precedence of the Api. */
public final class SeatRules {

  /**
   * Why not; null where the seat can be taken.
   *
   * @param slot null where there is none
   * @param liveOfStudent the student's bookings that are live now, all that could touch the slot
   * @param leaving the booking that would leave its own seat for this one, if any
   */
  public static @Nullable RejectionCode refusal(
      @Nullable Meeting slot,
      Collection<Booking> liveOfStudent,
      @Nullable String leaving,
      Instant now) {
    if (slot == null) {
      return MeetingApi.NO_SLOT;
    }
    if (!bookable(slot, now)) {
      return BookingApi.SLOT_NOT_BOOKABLE;
    }
    if (others(liveOfStudent, leaving).stream().anyMatch(b -> b.isIn(slot.id()))) {
      return BookingApi.ALREADY_BOOKED;
    }
    if (others(liveOfStudent, leaving).stream()
        .anyMatch(b -> b.touches(slot.startsAt(), slot.endsAt()))) {
      return BookingApi.OVERLAPPING_BOOKING;
    }
    return slot.full() ? BookingApi.SLOT_FULL : null;
  }

  /** Which booking of the student is in the way, for a refusal that is due to one. */
  public static Map<String, Object> params(
      RejectionCode refusal,
      @Nullable Meeting slot,
      Collection<Booking> liveOfStudent,
      @Nullable String leaving) {
    if (slot == null
        || !(refusal.equals(BookingApi.ALREADY_BOOKED)
            || refusal.equals(BookingApi.OVERLAPPING_BOOKING))) {
      return Map.of();
    }
    boolean sameSlot = refusal.equals(BookingApi.ALREADY_BOOKED);
    return others(liveOfStudent, leaving).stream()
        .filter(b -> sameSlot ? b.isIn(slot.id()) : b.touches(slot.startsAt(), slot.endsAt()))
        .findFirst()
        .<Map<String, Object>>map(b -> Map.of("bookingId", b.id(), "meetingId", b.meetingId()))
        .orElse(Map.of());
  }

  /** Until it starts, also while it is open. */
  static boolean bookable(Meeting slot, Instant now) {
    return slot.status().live() && now.isBefore(slot.startsAt());
  }

  private static Collection<Booking> others(
      Collection<Booking> bookings, @Nullable String leaving) {
    return bookings.stream().filter(b -> b.status().live() && !b.id().equals(leaving)).toList();
  }

  private SeatRules() {}
}
