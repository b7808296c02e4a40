package io.classbell.booking.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.Rows;
import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.model.Booking.Money;
import io.classbell.platform.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SeatRulesTest {
  private static final Instant NOW = Rows.NOW;

  @Test
  void a_free_seat_in_the_future_can_be_taken() {
    assertThat(SeatRules.refusal(Rows.slot(), List.of(), null, NOW)).isNull();
  }

  @Test
  void there_must_be_a_slot() {
    assertThat(SeatRules.refusal(null, List.of(), null, NOW)).isEqualTo(MeetingApi.NO_SLOT);
  }

  @ParameterizedTest
  @EnumSource(
      value = Meeting.Status.class,
      names = {"closed", "cancelled", "expired"})
  void what_has_ended_cannot_be_booked(Meeting.Status status) {
    Meeting ended =
        switch (status) {
          case closed -> Rows.slot().closed(NOW, List.of());
          case cancelled -> Rows.slot().cancelled(NOW, "teacher", null);
          default -> Rows.slot().expired();
        };
    assertThat(SeatRules.refusal(ended, List.of(), null, NOW))
        .isEqualTo(BookingApi.SLOT_NOT_BOOKABLE);
  }

  @Test
  void an_open_slot_can_be_booked_until_it_starts_and_not_at_its_start() {
    Meeting open = Rows.slot().opened(NOW);
    assertThat(SeatRules.refusal(open, List.of(), null, open.startsAt().minusMillis(1))).isNull();
    assertThat(SeatRules.refusal(open, List.of(), null, open.startsAt()))
        .isEqualTo(BookingApi.SLOT_NOT_BOOKABLE);
  }

  @Test
  void the_last_seat_can_be_taken_and_no_further_one() {
    Meeting slot = Rows.slot();
    assertThat(SeatRules.refusal(slot.withSeats(slot.capacity() - 1), List.of(), null, NOW))
        .isNull();
    assertThat(SeatRules.refusal(slot.withSeats(slot.capacity()), List.of(), null, NOW))
        .isEqualTo(BookingApi.SLOT_FULL);
  }

  @Test
  void a_seat_of_ones_own_is_named_before_the_overlap_that_it_is() {
    Meeting slot = Rows.slot();
    Booking mine = Rows.booking(slot);
    assertThat(SeatRules.refusal(slot.withSeats(5), List.of(mine), null, NOW))
        .isEqualTo(BookingApi.ALREADY_BOOKED);
  }

  @Test
  void a_booking_that_ended_is_no_hindrance() {
    Meeting slot = Rows.slot();
    Booking cancelled = Rows.booking(slot).cancelled("student", null, null);
    Booking rejected = Rows.booking(slot).rejected("insufficient_credits", Money.none);
    assertThat(SeatRules.refusal(slot, List.of(cancelled, rejected), null, NOW)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"-60,false", "-59,true", "0,true", "30,true", "59,true", "60,false"})
  void classes_that_touch_do_not_overlap(int minutesLater, boolean overlaps) {
    Meeting slot = Rows.slot();
    Booking other =
        Rows.booking(Rows.slotAt(slot.startsAt().plus(Duration.ofMinutes(minutesLater))));
    assertThat(SeatRules.refusal(slot, List.of(other), null, NOW))
        .isEqualTo(overlaps ? BookingApi.OVERLAPPING_BOOKING : null);
  }

  @Test
  void the_booking_that_leaves_its_seat_is_no_hindrance() {
    Meeting slot = Rows.slot();
    Booking mine = Rows.booking(Rows.slotAt(slot.startsAt()));
    assertThat(SeatRules.refusal(slot, List.of(mine), mine.id(), NOW)).isNull();
  }

  @Test
  void a_move_under_way_takes_its_students_time_and_seat_where_it_leads() {
    Meeting to = Rows.slot();
    Meeting from = Rows.slotAt(to.startsAt().plus(Duration.ofDays(3)));
    Booking moving =
        Rows.booking(from).confirmed().moving(Move.begun(Ids.next(), Rows.booking(from), to));

    assertThat(SeatRules.refusal(to, List.of(moving), null, NOW))
        .isEqualTo(BookingApi.ALREADY_BOOKED);
    assertThat(SeatRules.refusal(Rows.slotAt(to.startsAt()), List.of(moving), null, NOW))
        .isEqualTo(BookingApi.OVERLAPPING_BOOKING);
    assertThat(SeatRules.refusal(Rows.slotAt(from.startsAt()), List.of(moving), null, NOW))
        .isEqualTo(BookingApi.OVERLAPPING_BOOKING);
  }
}
