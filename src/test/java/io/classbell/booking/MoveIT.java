package io.classbell.booking;

import static io.classbell.booking.SagaWorld.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.BookingApi.MoveBooking;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.platform.Ids;
import io.classbell.platform.failure.Rejection;
import io.classbell.testing.OnBothDatabases;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Moving a booking: one charge, one seat, whoever else is at it. */
@OnBothDatabases
final class MoveIT extends SagaSuite {
  @Test
  void a_move_posts_the_difference_only_and_keeps_the_bookings_id() {
    String otherTeacher = Ids.next();
    MeetingView from = world.slot(48, 1, 2500);
    MeetingView to = world.slot(otherTeacher, 60, 1, 3000);
    String student = world.student(3000);
    BookingView booking = world.book(student, from).await();

    BookingView moved = world.move(booking, to).await();

    assertThat(moved.id()).isEqualTo(booking.id());
    assertThat(moved.slotId()).isEqualTo(to.id());
    assertThat(moved.price()).isEqualTo(3000);
    assertThat(moved.status()).isEqualTo("confirmed");
    assertThat(world.balance(student)).isZero();
    assertThat(world.escrow(from)).isZero();
    assertThat(world.escrow(to)).isEqualTo(3000);
    assertThat(world.meeting(from).seatsTaken()).isZero();
    assertThat(world.meeting(to).seatsTaken()).isEqualTo(1);
    assertThat(world.heard(student)).containsExactly("booking_confirmed", "booking_moved");
    assertThat(world.heard(otherTeacher)).containsExactly("booking_moved");
    assertThat(world.heard(world.teacher)).containsExactly("booking_confirmed", "booking_moved");
    world.assertSound();
  }

  @Test
  void a_move_to_a_cheaper_slot_gives_the_difference_back_and_can_be_undone() {
    MeetingView from = world.slot(48, 1, 2500);
    MeetingView to = world.slot(60, 1, 1000);
    String student = world.student(2500);
    BookingView booking = world.book(student, from).await();

    BookingView moved = world.move(booking, to).await();
    assertThat(world.balance(student)).isEqualTo(1500);
    BookingView back = world.move(moved, from).await();

    assertThat(back.price()).isEqualTo(2500);
    assertThat(world.balance(student)).isZero();
    assertThat(world.cancel(back).await().status()).isEqualTo("cancelled");
    assertThat(world.balance(student)).isEqualTo(2500);
    world.assertSound();
  }

  @Test
  void a_student_who_moved_hears_that_the_new_class_is_open() {
    MeetingView from = world.slot(48, 1, 2500);
    MeetingView to = world.slot(Ids.next(), 1, 2, 2500);
    BookingView booking = world.book(world.student(2500), from).await();
    world.live(to.startsAt().minus(Duration.ofMinutes(10)));
    assertThat(world.meeting(to).status()).isEqualTo("open");

    world.move(booking, to).await();

    assertThat(world.heard(booking.studentId()))
        .containsExactly("booking_confirmed", "booking_moved", "meeting_opened");
    assertThat(world.heard(to.teacherId())).containsExactly("booking_moved", "meeting_opened");
    world.assertSound();
  }

  @Test
  void nobody_moves_to_a_disabled_teacher_and_who_is_there_can_move_away() {
    String otherTeacher = Ids.next();
    MeetingView from = world.slot(48, 2, 2500);
    MeetingView to = world.slot(otherTeacher, 60, 2, 2500);
    BookingView booking = world.book(world.student(2500), from).await();
    BookingView there = world.book(world.student(2500), to).await();
    world.serveTeachers(Set.of(otherTeacher));
    world.changed(otherTeacher);

    assertThat(SagaWorld.refusal(world.move(booking, to))).isEqualTo("slot_not_bookable");
    assertThat(world.booking(booking).slotId()).isEqualTo(from.id());
    assertThat(world.move(there, from).await().slotId()).isEqualTo(from.id());
    world.assertSound();
  }

  @Test
  void the_same_command_moves_once() {
    MeetingView from = world.slot(48, 1, 2500);
    MeetingView to = world.slot(60, 1, 3000);
    BookingView booking = world.book(world.student(5000), from).await();
    var command = new MoveBooking(Ids.next(), SagaWorld.student(booking), booking.id(), to.id());

    List<Future<BookingView>> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(world.ask(BookingApi.MOVE_BOOKING, command));
    }
    answers.add(world.ask(BookingApi.MOVE_BOOKING, command));

    assertThat(answers).allSatisfy(a -> assertThat(a.await().slotId()).isEqualTo(to.id()));
    assertThat(
            refusal(
                world.ask(
                    BookingApi.MOVE_BOOKING,
                    new MoveBooking(
                        command.commandId(), command.caller(), booking.id(), from.id()))))
        .isEqualTo("idempotency_key_reused");
    assertThat(world.balance(booking.studentId())).isEqualTo(2000);
    world.assertSound();
  }

  @Test
  void the_command_of_an_earlier_move_that_comes_late_has_no_second_effect() {
    MeetingView from = world.slot(48, 1, 2500);
    MeetingView first = world.slot(60, 1, 3000);
    MeetingView second = world.slot(72, 1, 2700);
    BookingView booking = world.book(world.student(5000), from).await();
    var early = new MoveBooking(Ids.next(), SagaWorld.student(booking), booking.id(), first.id());
    world.ask(BookingApi.MOVE_BOOKING, early).await();
    world.move(booking, second).await();

    assertThat(world.ask(BookingApi.MOVE_BOOKING, early).await().slotId()).isEqualTo(second.id());

    assertThat(world.balance(booking.studentId())).isEqualTo(5000 - 2700);
    assertThat(world.meeting(world.booking(booking).meeting()).id()).isEqualTo(second.id());
  }

  @Test
  void a_move_without_the_credits_leaves_the_booking_where_it_is() {
    MeetingView from = world.slot(48, 1, 2500);
    MeetingView to = world.slot(60, 1, 3000);
    BookingView booking = world.book(world.student(2999), from).await();
    var command = new MoveBooking(Ids.next(), SagaWorld.student(booking), booking.id(), to.id());

    Rejection refused = SagaWorld.failure(world.ask(BookingApi.MOVE_BOOKING, command));
    assertThat(refused.code()).isEqualTo("insufficient_credits");
    assertThat(new TreeMap<>(refused.params()))
        .hasToString("{balance=499, needed=500, price=3000}");
    assertThat(refusal(world.ask(BookingApi.MOVE_BOOKING, command)))
        .isEqualTo("insufficient_credits");

    assertThat(world.booking(booking).slotId()).isEqualTo(from.id());
    assertThat(world.booking(booking).price()).isEqualTo(2500);
    assertThat(world.meeting(to).seatsTaken()).isZero();
    assertThat(world.rows("SELECT sequence FROM meeting_participant")).containsExactly("0");
    assertThat(world.heard(booking.studentId()))
        .containsExactly("booking_confirmed", "booking_rejected");
    assertThat(world.heard(world.teacher)).containsExactly("booking_confirmed");
    world.assertSound();
  }

  @Test
  void what_cannot_be_moved_is_refused_by_name() {
    MeetingView from = world.slot(48, 2, 2500);
    MeetingView to = world.slot(60, 1, 2500);
    MeetingView full = world.slot(62, 1, 2500);
    MeetingView busy = world.slot(Ids.next(), 70, 5, 100);
    String student = world.student(100_000);
    BookingView booking = world.book(student, from).await();
    world.book(world.student(2500), full).await();
    world.book(student, world.slot(70, 5, 100)).await();

    assertThat(refusal(world.move(booking, from))).isEqualTo("same_slot");
    assertThat(refusal(world.move(booking, full))).isEqualTo("slot_full");
    assertThat(refusal(world.move(booking, busy))).isEqualTo("overlapping_booking");
    BookingView cancelled = world.cancel(world.book(world.student(2500), from).await()).await();
    assertThat(refusal(world.move(cancelled, to))).isEqualTo("not_confirmed");
    world.node.clock().advance(Duration.ofHours(24).plusMinutes(1));
    assertThat(refusal(world.move(booking, to))).isEqualTo("too_late");
    world.assertSound();
  }

  @Test
  void a_move_to_an_overlapping_time_of_its_own_is_allowed() {
    MeetingView from = world.slot(48, 2, 2500);
    MeetingView to = world.slot(Ids.next(), 48, 2, 2500);
    BookingView booking = world.book(world.student(2500), from).await();

    assertThat(world.move(booking, to).await().slotId()).isEqualTo(to.id());
    world.assertSound();
  }

  @Test
  void two_bookings_moved_to_one_last_seat_are_one_move() {
    MeetingView from = world.slot(48, 10, 2500);
    MeetingView to = world.slot(60, 1, 2500);
    List<BookingView> bookings = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      bookings.add(world.book(world.student(2500), from).await());
    }

    List<String> outcomes =
        bookings.stream().map(b -> world.move(b, to)).toList().stream()
            .map(SagaSuite::outcome)
            .toList();

    assertThat(outcomes.stream().filter("confirmed"::equals)).hasSize(1);
    assertThat(outcomes.stream().filter("slot_full"::equals)).hasSize(9);
    world.assertSound();
  }

  @Test
  void moves_cancels_and_new_bookings_of_one_student_at_once_leave_one_sound_state() {
    for (int round = 0; round < 8; round++) {
      MeetingView from = world.slot(48 + 10 * round, 3, 2500);
      MeetingView to = world.slot(50 + 10 * round, 3, 2600);
      MeetingView other = world.slot(52 + 10 * round, 3, 2400);
      String student = world.student(6000);
      BookingView booking = world.book(student, from).await();

      List<Future<BookingView>> answers = new ArrayList<>();
      answers.add(world.move(booking, to));
      answers.add(world.book(student, to));
      answers.add(world.move(booking, other));
      if (round % 2 == 0) {
        answers.add(world.cancel(booking));
      }
      answers.forEach(SagaSuite::outcome);
      world.watchdog();
      world.assertSound();
    }
  }

  @Test
  void a_move_against_the_cancellation_of_either_meeting_loses_neither_seat_nor_credits() {
    for (int round = 0; round < 12; round++) {
      MeetingView from = world.slot(48 + 10 * round, 3, 2500);
      MeetingView to = world.slot(50 + 10 * round, 3, 2600);
      String student = world.student(2600);
      BookingView booking = world.book(student, from).await();

      Future<BookingView> move = world.move(booking, to);
      world.cancelMeeting(round % 2 == 0 ? from : to).await();
      outcome(move);
      world.watchdog();

      BookingView ended = world.booking(booking);
      if (ended.status().equals("cancelled")) {
        assertThat(world.balance(student)).isEqualTo(2600);
        assertThat(Objects.requireNonNull(ended.refund()).student()).isEqualTo(ended.price());
      } else {
        assertThat(world.meeting(ended.meeting()).status()).isEqualTo("scheduled");
      }
      world.assertSound();
    }
  }
}
