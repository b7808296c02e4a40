package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.BookingApi.Booking;
import io.classbell.booking.BookingApi.Meeting;
import io.classbell.platform.Ids;
import io.classbell.testing.OnBothDatabases;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Races that one node alone cannot lose, as it takes one group after the other: here two nodes
 * decide at once, and only the locks on rows keep them apart.
 */
@OnBothDatabases
final class NodesRaceIT extends SagaSuite {
  private static final int ROUNDS = 5;

  @BeforeEach
  void addNode() {
    world.addNode();
  }

  @Test
  void two_hundred_students_for_twenty_seats_are_twenty_bookings() {
    Meeting slot = world.slot(48, 20, 100);
    List<String> students = IntStream.range(0, 200).mapToObj(i -> world.student(100)).toList();

    List<Future<Booking>> answers = students.stream().map(s -> world.book(s, slot)).toList();

    assertThat(answers.stream().map(SagaSuite::outcome))
        .containsOnly("confirmed", "slot_full")
        .filteredOn("confirmed"::equals)
        .hasSize(20);
    assertThat(world.meeting(slot).seatsTaken()).isEqualTo(20);
    world.assertSound();
  }

  @Test
  void one_student_books_overlapping_slots_at_once_and_gets_one() {
    for (int round = 0; round < ROUNDS; round++) {
      long hours = 48 + 2L * round;
      List<Meeting> slots =
          IntStream.range(0, 20).mapToObj(i -> world.slot(Ids.next(), hours, 5, 100)).toList();
      String student = world.student(100_000);

      List<Future<Booking>> answers = slots.stream().map(s -> world.book(student, s)).toList();

      assertThat(answers.stream().map(SagaSuite::outcome))
          .containsOnly("confirmed", "overlapping_booking")
          .filteredOn("confirmed"::equals)
          .hasSize(1);
    }
    world.assertSound();
  }

  @Test
  void thirty_cancels_of_each_booking_give_one_refund_and_free_one_seat() {
    for (int round = 0; round < ROUNDS; round++) {
      Meeting slot = world.slot(48 + 2L * round, 2, 100);
      String student = world.student(100);
      Booking booking = world.book(student, slot).await();

      List<Future<Booking>> answers =
          IntStream.range(0, 30).mapToObj(i -> world.cancel(booking)).toList();

      assertThat(answers.stream().map(SagaSuite::outcome)).containsOnly("cancelled");
      assertThat(world.balance(student)).isEqualTo(100);
      assertThat(world.meeting(slot).seatsTaken()).isZero();
    }
    world.assertSound();
  }

  @Test
  void fifty_bookings_with_money_for_one_are_one_booking() {
    List<Meeting> slots =
        IntStream.range(0, 50).mapToObj(i -> world.slot(48 + 2 * i, 5, 100)).toList();
    String student = world.student(100);

    List<Future<Booking>> answers = slots.stream().map(s -> world.book(student, s)).toList();

    assertThat(answers.stream().map(SagaSuite::outcome))
        .containsOnly("confirmed", "insufficient_credits")
        .filteredOn("confirmed"::equals)
        .hasSize(1);
    assertThat(world.balance(student)).isZero();
    world.assertSound();
  }
}
