package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.platform.Ids;
import io.classbell.testing.OnBothDatabases;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Races that one node alone cannot lose, as it takes one group after the other: here two nodes
 * decide at once, and only the locks on rows keep them apart.
 */
@OnBothDatabases
final class NodesRaceIT extends SagaSuite {
  private static final Logger LOG = LoggerFactory.getLogger(NodesRaceIT.class);
  private static final int ROUNDS = 5;

  @BeforeEach
  void addNode() {
    world.addNode();
  }

  @Test
  void sixty_students_for_five_seats_are_five_bookings() {
    List<String> students = IntStream.range(0, 60).mapToObj(i -> knownStudent()).toList();
    for (int round = 0; round < ROUNDS; round++) {
      MeetingView slot = world.slot(48 + 2L * round, 5, 100);

      List<Future<BookingView>> answers = students.stream().map(s -> world.book(s, slot)).toList();

      assertThat(answers.stream().map(SagaSuite::outcome))
          .containsOnly("confirmed", "slot_full")
          .filteredOn("confirmed"::equals)
          .hasSize(5);
      assertThat(world.meeting(slot).seatsTaken()).isEqualTo(5);
    }
    world.assertSound();
  }

  @Test
  void one_student_books_overlapping_slots_at_once_and_gets_one() {
    String student = knownStudent();
    for (int round = 0; round < ROUNDS; round++) {
      long hours = 48 + 2L * round;
      List<MeetingView> slots =
          IntStream.range(0, 20).mapToObj(i -> world.slot(Ids.next(), hours, 5, 100)).toList();

      List<Future<BookingView>> answers = slots.stream().map(s -> world.book(student, s)).toList();

      assertThat(answers.stream().map(SagaSuite::outcome))
          .containsOnly("confirmed", "overlapping_booking")
          .filteredOn("confirmed"::equals)
          .hasSize(1);
    }
    world.assertSound();
  }

  @Test
  void a_crowd_without_credits_never_keeps_a_payer_from_the_last_seat() {
    int rounds = 20;
    List<String> poor = IntStream.range(0, 20).mapToObj(i -> world.student(99)).toList();
    int raced = 0;
    int rejected = 0;
    for (int round = 0; round < rounds; round++) {
      MeetingView slot = world.slot(48 + 2L * round, 1, 100);
      String payer = world.student(100);
      List<Future<BookingView>> before = poor.stream().map(s -> world.book(s, slot)).toList();
      Future<BookingView> paid = world.book(payer, slot);
      List<Future<BookingView>> after = poor.stream().map(s -> world.book(s, slot)).toList();
      raced += (int) before.stream().filter(answer -> !answer.isComplete()).count();

      assertThat(outcome(paid)).isEqualTo("confirmed");
      List<String> outcomes =
          Stream.concat(before.stream(), after.stream()).map(SagaSuite::outcome).toList();
      assertThat(outcomes).isSubsetOf("insufficient_credits", "slot_full");
      // Where the payer came first, the slot was full before the credits counted.
      rejected += Collections.frequency(outcomes, "insufficient_credits");
    }
    LOG.info("{} bookings without credits raced {} payers", raced, rounds);
    assertThat(raced).isPositive();
    assertThat(rejected).isPositive();
    assertThat(
            world.rows(
                "SELECT COUNT(*) FROM meeting_participant WHERE status = 'rejected'"
                    + " GROUP BY meeting_id, student_id HAVING COUNT(*) > 1"))
        .isEmpty();
    world.assertSound();
  }

  /** One who has booked before: who books for the first time is kept apart by that alone. */
  private String knownStudent() {
    String student = world.student(10_000);
    world.book(student, world.slot(Ids.next(), 1_000, 1, 100)).await();
    return student;
  }

  @Test
  void thirty_cancels_of_each_booking_give_one_refund_and_free_one_seat() {
    for (int round = 0; round < ROUNDS; round++) {
      MeetingView slot = world.slot(48 + 2L * round, 2, 100);
      String student = world.student(100);
      BookingView booking = world.book(student, slot).await();

      List<Future<BookingView>> answers =
          IntStream.range(0, 30).mapToObj(i -> world.cancel(booking)).toList();

      assertThat(answers.stream().map(SagaSuite::outcome)).containsOnly("cancelled");
      assertThat(world.balance(student)).isEqualTo(100);
      assertThat(world.meeting(slot).seatsTaken()).isZero();
    }
    world.assertSound();
  }

  @Test
  void fifty_bookings_with_money_for_one_are_one_booking() {
    List<MeetingView> slots =
        IntStream.range(0, 50).mapToObj(i -> world.slot(48 + 2 * i, 5, 100)).toList();
    String student = world.student(100);

    List<Future<BookingView>> answers = slots.stream().map(s -> world.book(student, s)).toList();

    assertThat(answers.stream().map(SagaSuite::outcome))
        .containsOnly("confirmed", "insufficient_credits")
        .filteredOn("confirmed"::equals)
        .hasSize(1);
    assertThat(world.balance(student)).isZero();
    world.assertSound();
  }
}
