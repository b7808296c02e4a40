package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.booking.BookingApi.Book;
import io.classbell.booking.BookingApi.Booking;
import io.classbell.booking.BookingApi.Meeting;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Refused;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever dies, wherever: the watchdog ends what was begun, with every invariant kept. */
@OnBothDatabases
final class SagaFaultIT {
  @Parameter TestDatabase database;
  private SagaWorld world;

  @BeforeEach
  void open() {
    world = new SagaWorld(database);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"book.reserved", "hold.answered", "booking.confirmed"})
  void a_booking_killed_at_any_step_is_confirmed_by_the_watchdog(String step) {
    Meeting slot = world.slot(48, 1, 2500);
    String student = world.student(2500);
    var command = new Book(Ids.next(), student, slot.id());

    world.dieAt(step);
    died(world.ask(BookingApi.BOOK, command));
    world.watchdog();

    assertThat(world.booking(command.commandId()).status()).isEqualTo("confirmed");
    assertThat(world.ask(BookingApi.BOOK, command).await().status()).isEqualTo("confirmed");
    assertThat(world.balance(student)).isZero();
    assertThat(world.heard(student)).containsExactly("booking_confirmed");
    world.assertSound();
  }

  @ParameterizedTest
  @ValueSource(strings = {"book.reserved", "hold.answered", "booking.confirmed"})
  void a_booking_without_credits_killed_at_any_step_gives_its_seat_back(String step) {
    Meeting slot = world.slot(48, 1, 2500);
    var command = new Book(Ids.next(), world.student(10), slot.id());

    world.dieAt(step);
    died(world.ask(BookingApi.BOOK, command));
    world.watchdog();

    assertThat(world.booking(command.commandId()).status()).isEqualTo("rejected");
    assertThat(world.meeting(slot).seatsTaken()).isZero();
    world.assertSound();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancel.decided", "settle.answered", "settle.recorded"})
  void a_cancellation_killed_at_any_step_gives_the_credits_back_once(String step) {
    Meeting slot = world.slot(12, 1, 2500);
    String student = world.student(2500);
    Booking booking = world.book(student, slot).await();

    world.dieAt(step);
    died(world.cancel(booking));
    world.watchdog();

    Booking cancelled = world.cancel(booking).await();
    assertThat(cancelled.status()).isEqualTo("cancelled");
    assertThat(world.balance(student)).isEqualTo(1250);
    assertThat(world.escrow(slot)).isZero();
    assertThat(world.heard(student))
        .containsExactly("booking_cancelled", "booking_confirmed", "refund_issued");
    world.assertSound();
  }

  @ParameterizedTest
  @ValueSource(strings = {"move.reserved", "carry.answered", "move.ended"})
  void a_move_killed_at_any_step_is_ended_by_the_watchdog(String step) {
    Meeting from = world.slot(48, 1, 2500);
    Meeting to = world.slot(60, 1, 3000);
    String student = world.student(3000);
    Booking booking = world.book(student, from).await();

    world.dieAt(step);
    died(world.move(booking, to));
    world.watchdog();

    assertThat(world.booking(booking).slotId()).isEqualTo(to.id());
    assertThat(world.balance(student)).isZero();
    assertThat(world.heard(student)).containsExactly("booking_confirmed", "booking_moved");
    world.assertSound();
  }

  @ParameterizedTest
  @ValueSource(strings = {"move.reserved", "carry.answered"})
  void a_move_that_died_is_ended_first_when_its_booking_is_cancelled(String step) {
    Meeting from = world.slot(48, 1, 2500);
    Meeting to = world.slot(60, 1, 3000);
    String student = world.student(3000);
    Booking booking = world.book(student, from).await();

    world.dieAt(step);
    died(world.move(booking, to));
    Booking cancelled = world.cancel(booking).await();

    assertThat(cancelled.status()).isEqualTo("cancelled");
    assertThat(world.balance(student)).isEqualTo(3000);
    world.watchdog();
    world.assertSound();
  }

  @ParameterizedTest
  @ValueSource(strings = {"move.reserved", "carry.answered"})
  void a_move_that_died_into_a_meeting_that_is_cancelled_gives_everything_back(String step) {
    Meeting from = world.slot(48, 1, 2500);
    Meeting to = world.slot(60, 1, 3000);
    String student = world.student(3000);
    Booking booking = world.book(student, from).await();

    world.dieAt(step);
    died(world.move(booking, to));
    world.cancelMeeting(to).await();
    world.watchdog();

    assertThat(world.booking(booking).status()).isEqualTo("cancelled");
    assertThat(world.balance(student)).isEqualTo(3000);
    assertThat(world.heard(student)).contains("meeting_cancelled", "refund_issued");
    world.assertSound();
  }

  @Test
  void a_move_that_died_out_of_a_meeting_that_is_cancelled_goes_its_way() {
    Meeting from = world.slot(48, 1, 2500);
    Meeting to = world.slot(60, 1, 3000);
    Booking booking = world.book(world.student(3000), from).await();

    world.dieAt("move.reserved");
    died(world.move(booking, to));
    world.cancelMeeting(from).await();
    world.watchdog();

    assertThat(world.booking(booking).status()).isEqualTo("confirmed");
    assertThat(world.booking(booking).slotId()).isEqualTo(to.id());
    world.assertSound();
  }

  @Test
  void a_move_without_credits_out_of_a_meeting_that_is_cancelled_gives_everything_back() {
    Meeting from = world.slot(48, 1, 2500);
    Meeting to = world.slot(60, 1, 3000);
    String student = world.student(2500);
    Booking booking = world.book(student, from).await();

    world.dieAt("move.reserved");
    died(world.move(booking, to));
    world.cancelMeeting(from).await();
    world.watchdog();

    assertThat(world.booking(booking).status()).isEqualTo("cancelled");
    assertThat(world.balance(student)).isEqualTo(2500);
    world.assertSound();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancel-meeting.decided", "settle.answered", "settle.recorded"})
  void a_cancelled_meeting_killed_at_any_step_refunds_everybody(String step) {
    Meeting slot = world.slot(2, 10, 2500);
    List<Booking> bookings = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      bookings.add(world.book(world.student(2500), slot).await());
    }

    world.dieAt(step);
    if (step.equals("cancel-meeting.decided")) {
      died(world.cancelMeeting(slot));
    } else {
      assertThat(world.cancelMeeting(slot).await().status()).isEqualTo("cancelled");
    }
    world.watchdog();

    assertThat(bookings).allSatisfy(b -> assertThat(world.balance(b.studentId())).isEqualTo(2500));
    assertThat(world.escrow(slot)).isZero();
    world.assertSound();
  }

  @Test
  void while_the_wallet_is_away_bookings_are_pending_and_end_when_it_is_back() {
    Meeting slot = world.slot(48, 3, 2500);
    String rich = world.student(2500);
    String poor = world.student(10);
    world.stopWallet();

    Booking first = world.book(rich, slot).await();
    Booking second = world.book(poor, slot).await();
    assertThat(first.status()).isEqualTo("pending");
    assertThat(world.meeting(slot).seatsTaken()).isEqualTo(2);
    world.watchdog();
    assertThat(world.booking(first).status()).isEqualTo("pending");
    assertThat(world.watched()).contains(first.id(), second.id());

    world.startWallet();
    world.watchdog();
    assertThat(world.booking(first).status()).isEqualTo("confirmed");
    assertThat(world.booking(second).status()).isEqualTo("rejected");
    world.assertSound();
  }

  @Test
  void a_pending_booking_that_is_cancelled_or_whose_meeting_is_costs_nothing() {
    Meeting slot = world.slot(48, 3, 2500);
    Meeting other = world.slot(60, 3, 2500);
    String student = world.student(5000);
    world.stopWallet();
    Booking pending = world.book(student, slot).await();
    Booking doomed = world.book(student, other).await();

    assertThat(world.cancel(pending).await().status()).isEqualTo("cancelled");
    world.cancelMeeting(other).await();
    world.startWallet();
    world.watchdog();

    assertThat(world.booking(pending).status()).isEqualTo("cancelled");
    assertThat(world.booking(doomed).status()).isEqualTo("cancelled");
    assertThat(world.balance(student)).isEqualTo(5000);
    world.assertSound();
  }

  @Test
  void a_booking_that_was_cancelled_after_its_credits_were_taken_gives_them_back() {
    Meeting slot = world.slot(48, 3, 2500);
    String student = world.student(2500);
    var command = new Book(Ids.next(), student, slot.id());
    world.dieAt("hold.answered");
    died(world.ask(BookingApi.BOOK, command));

    Booking cancelled = world.cancel(world.booking(command.commandId())).await();

    assertThat(cancelled.status()).isEqualTo("cancelled");
    assertThat(world.balance(student)).isEqualTo(2500);
    assertThat(world.heard(student)).containsExactly("booking_cancelled", "refund_issued");
    world.watchdog();
    world.assertSound();
  }

  @Test
  void credits_that_come_after_the_start_are_given_back() {
    Meeting slot = world.slot(48, 3, 2500);
    String student = world.student(2500);
    var command = new Book(Ids.next(), student, slot.id());
    world.dieAt("book.reserved");
    died(world.ask(BookingApi.BOOK, command));

    world.node.clock().advance(Duration.ofHours(48));
    world.watchdog();

    Booking late = world.booking(command.commandId());
    assertThat(late.status()).isEqualTo("rejected");
    assertThat(late.reason()).isEqualTo("slot_not_bookable");
    assertThat(world.balance(student)).isEqualTo(2500);
    world.assertSound();
  }

  private static void died(Future<?> answer) {
    assertThatThrownBy(answer::await)
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.failure().code()).isEqualTo("internal_error"));
  }
}
