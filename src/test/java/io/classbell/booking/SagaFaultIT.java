package io.classbell.booking;

import static io.classbell.booking.SagaWorld.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Book;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.platform.Failpoint;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.OnBothDatabases;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever dies, wherever: the watchdog ends what was begun, with every invariant kept. */
@OnBothDatabases
final class SagaFaultIT extends SagaSuite {
  @ParameterizedTest
  @ValueSource(strings = {"book.reserved", "hold.answered", "booking.confirmed"})
  void a_booking_killed_at_any_step_is_confirmed_by_the_watchdog(String step) {
    MeetingView slot = world.slot(48, 1, 2500);
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
    MeetingView slot = world.slot(48, 1, 2500);
    String student = world.student(2500);
    var command = new Book(Ids.next(), student, slot.id());

    world.loseThenDieAt(student, 1, step);
    died(world.ask(BookingApi.BOOK, command));
    world.watchdog();

    assertThat(world.booking(command.commandId()).status()).isEqualTo("rejected");
    assertThat(world.meeting(slot).seatsTaken()).isZero();
    world.assertSound();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancel.decided", "settle.answered", "settle.recorded"})
  void a_cancellation_killed_at_any_step_gives_the_credits_back_once(String step) {
    MeetingView slot = world.slot(12, 1, 2500);
    String student = world.student(2500);
    BookingView booking = world.book(student, slot).await();

    world.dieAt(step);
    died(world.cancel(booking));
    world.watchdog();

    BookingView cancelled = world.cancel(booking).await();
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
    DyingMove move = dyingMove(3000, step);
    world.watchdog();

    assertThat(world.booking(move.booking()).slotId()).isEqualTo(move.to().id());
    assertThat(world.balance(move.student())).isZero();
    assertThat(world.heard(move.student())).containsExactly("booking_confirmed", "booking_moved");
    world.assertSound();
  }

  @ParameterizedTest
  @ValueSource(strings = {"move.reserved", "carry.answered"})
  void a_move_that_died_is_ended_first_when_its_booking_is_cancelled(String step) {
    DyingMove move = dyingMove(3000, step);
    BookingView cancelled = world.cancel(move.booking()).await();

    assertThat(cancelled.status()).isEqualTo("cancelled");
    assertThat(world.balance(move.student())).isEqualTo(3000);
    world.watchdog();
    world.assertSound();
  }

  @ParameterizedTest
  @ValueSource(strings = {"move.reserved", "carry.answered"})
  void a_move_that_died_into_a_meeting_that_is_cancelled_gives_everything_back(String step) {
    DyingMove move = dyingMove(3000, step);
    world.cancelMeeting(move.to()).await();
    world.watchdog();

    assertThat(world.booking(move.booking()).status()).isEqualTo("cancelled");
    assertThat(world.balance(move.student())).isEqualTo(3000);
    assertThat(world.heard(move.student())).contains("meeting_cancelled", "refund_issued");
    world.assertSound();
  }

  @Test
  void a_move_that_died_out_of_a_meeting_that_is_cancelled_goes_its_way() {
    DyingMove move = dyingMove(3000, "move.reserved");
    world.cancelMeeting(move.from()).await();
    world.watchdog();

    assertThat(world.booking(move.booking()).status()).isEqualTo("confirmed");
    assertThat(world.booking(move.booking()).slotId()).isEqualTo(move.to().id());
    world.assertSound();
  }

  @Test
  void a_move_without_credits_out_of_a_meeting_that_is_cancelled_gives_everything_back() {
    DyingMove move = dyingMove(3000, 1, "move.reserved");
    world.cancelMeeting(move.from()).await();
    world.watchdog();

    assertThat(world.booking(move.booking()).status()).isEqualTo("cancelled");
    assertThat(world.balance(move.student())).isEqualTo(2999);
    world.assertSound();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancel-meeting.decided", "settle.answered", "settle.recorded"})
  void a_cancelled_meeting_killed_at_any_step_refunds_everybody(String step) {
    MeetingView slot = world.slot(2, 10, 2500);
    List<BookingView> bookings = new ArrayList<>();
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
    MeetingView slot = world.slot(48, 3, 2500);
    String rich = world.student(2500);
    String poor = world.student(10);
    world.stopWallet();

    BookingView first = world.book(rich, slot).await();
    BookingView second = world.book(poor, slot).await();
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
    MeetingView slot = world.slot(48, 3, 2500);
    MeetingView other = world.slot(60, 3, 2500);
    String student = world.student(5000);
    world.stopWallet();
    BookingView pending = world.book(student, slot).await();
    BookingView doomed = world.book(student, other).await();

    BookingView cancelled = world.cancel(pending).await();
    assertThat(cancelled.status()).isEqualTo("cancelled");
    assertThat(cancelled.underWay()).as("whether credits were taken is not known yet").isTrue();
    assertThat(world.heard(world.teacher)).as("of a seat nobody told of").isEmpty();
    world.cancelMeeting(other).await();
    world.startWallet();
    world.watchdog();

    assertThat(world.booking(pending).status()).isEqualTo("cancelled");
    assertThat(world.booking(pending).underWay()).isFalse();
    assertThat(world.booking(doomed).status()).isEqualTo("cancelled");
    assertThat(world.balance(student)).isEqualTo(5000);
    world.assertSound();
  }

  @Test
  void a_booking_that_was_cancelled_after_its_credits_were_taken_gives_them_back() {
    MeetingView slot = world.slot(48, 3, 2500);
    String student = world.student(2500);
    var command = new Book(Ids.next(), student, slot.id());
    world.dieAt("hold.answered");
    died(world.ask(BookingApi.BOOK, command));

    BookingView cancelled = world.cancel(world.booking(command.commandId())).await();

    assertThat(cancelled.status()).isEqualTo("cancelled");
    assertThat(world.balance(student)).isEqualTo(2500);
    assertThat(world.heard(student)).containsExactly("booking_cancelled", "refund_issued");
    world.watchdog();
    world.assertSound();
  }

  @Test
  void a_cancellation_that_comes_between_the_credits_and_the_confirmation_stands() {
    MeetingView slot = world.slot(48, 3, 2500);
    String student = world.student(2500);
    var command = new Book(Ids.next(), student, slot.id());
    Failpoint.hook(
        reached -> {
          if (reached.equals("hold.answered")) {
            Failpoint.hook(null);
            world.cancel(world.booking(command.commandId())).await();
          }
        });

    BookingView answered = world.ask(BookingApi.BOOK, command).await();

    assertThat(answered.status()).isEqualTo("cancelled");
    assertThat(world.booking(answered).status()).isEqualTo("cancelled");
    assertThat(world.balance(student)).isEqualTo(2500);
    assertThat(world.heard(student)).doesNotContain("booking_confirmed");
    world.assertSound();
  }

  @Test
  void credits_that_come_after_the_start_are_given_back() {
    MeetingView slot = world.slot(48, 3, 2500);
    String student = world.student(2500);
    var command = new Book(Ids.next(), student, slot.id());
    world.dieAt("book.reserved");
    died(world.ask(BookingApi.BOOK, command));

    world.node.clock().advance(Duration.ofHours(48));
    world.watchdog();

    BookingView late = world.booking(command.commandId());
    assertThat(late.status()).isEqualTo("rejected");
    assertThat(late.reason()).isEqualTo("class_began");
    assertThat(world.balance(student)).isEqualTo(2500);
    world.assertSound();
  }

  @Test
  void a_class_starts_and_ends_while_the_wallet_is_silent() {
    MeetingView slot = world.slot(48, 3, 2500);
    BookingView sure = world.book(world.student(2500), slot).await();
    String student = world.student(2500);
    world.stopWallet();
    BookingView pending = world.book(student, slot).await();

    world.live(slot.startsAt());
    assertThat(world.booking(pending).status()).isEqualTo("rejected");
    assertThat(world.booking(pending).reason()).isEqualTo("class_began");
    assertThat(world.meeting(slot).status()).isEqualTo("open");
    assertThat(world.meeting(slot).seatsTaken()).isEqualTo(1);
    assertThat(world.heard(student)).containsExactly("booking_rejected");
    world.live(slot.startsAt().plus(Duration.ofHours(1)));
    assertThat(world.meeting(slot).status()).isEqualTo("closed");
    assertThat(world.booking(sure).status()).isEqualTo("completed");
    world.watchdog();
    assertThat(world.watched()).contains(pending.id());

    world.startWallet();
    world.watchdog();
    var late = new WalletApi.Hold(pending.id(), slot.id(), student, 2500, "Algebra");
    assertThat(refusal(world.ask(WalletApi.HOLD, late))).isEqualTo("hold_voided");
    assertThat(world.balance(student)).isEqualTo(2500);
    assertThat(world.escrow(slot)).isEqualTo(2500);
    world.assertSound();
  }

  @Test
  void credits_that_were_taken_for_a_class_that_began_without_their_booking_come_back() {
    MeetingView slot = world.slot(48, 3, 2500);
    String student = world.student(2500);
    world.dieAt("hold.answered");
    died(world.book(student, slot));
    assertThat(world.balance(student)).isZero();

    world.live(slot.startsAt());
    assertThat(world.meeting(slot).status()).isEqualTo("expired");
    world.watchdog();

    assertThat(world.balance(student)).isEqualTo(2500);
    assertThat(world.escrow(slot)).isZero();
    assertThat(world.heard(student)).containsExactly("booking_rejected", "refund_issued");
    world.assertSound();
  }

  @ParameterizedTest
  @ValueSource(strings = {"move.reserved", "carry.answered"})
  void a_move_that_ends_after_its_class_began_gives_everything_back(String step) {
    MeetingView from = world.slot(48, 1, 2500);
    MeetingView to = world.slot(Ids.next(), 2, 1, 3000);
    String student = world.student(3000);
    BookingView booking = world.book(student, from).await();

    world.dieAt(step);
    died(world.move(booking, to));
    world.live(to.startsAt());
    assertThat(world.meeting(to).status()).as("no class waits for a move").isEqualTo("expired");
    world.watchdog();

    BookingView ended = world.booking(booking);
    assertThat(ended.status()).isEqualTo("cancelled");
    assertThat(ended.reason()).isEqualTo("move_too_late");
    assertThat(world.balance(student)).isEqualTo(3000);
    assertThat(world.escrow(to)).isZero();
    assertThat(world.meeting(from).seatsTaken()).isZero();
    assertThat(world.heard(student))
        .containsExactly("booking_cancelled", "booking_confirmed", "refund_issued");
    assertThat(world.heard(to.teacherId())).isEmpty();
    assertThat(world.heard(world.teacher))
        .containsExactly("booking_cancelled", "booking_confirmed");
    world.assertSound();
  }

  @Test
  void a_class_ends_without_those_whose_move_away_from_it_is_not_decided() {
    MeetingView from = world.slot(48, 2, 2500);
    MeetingView to = world.slot(60, 1, 3000);
    String student = world.student(3000);
    BookingView staying = world.book(world.student(2500), from).await();
    BookingView moving = world.book(student, from).await();

    world.dieAt("carry.answered");
    died(world.move(moving, to));
    world.live(from.startsAt().plus(Duration.ofHours(1)));
    assertThat(world.meeting(from).status()).isEqualTo("closed");
    assertThat(world.booking(staying).status()).isEqualTo("completed");
    world.watchdog();

    assertThat(world.booking(moving).status()).isEqualTo("confirmed");
    assertThat(world.booking(moving).slotId()).isEqualTo(to.id());
    world.assertSound();
  }

  @Test
  void while_the_wallet_is_away_a_move_is_under_way_and_its_end_is_told() {
    MeetingView from = world.slot(48, 2, 2500);
    MeetingView to = world.slot(60, 2, 3000);
    String rich = world.student(3000);
    String poor = world.student(2500);
    BookingView first = world.book(rich, from).await();
    BookingView second = world.book(poor, from).await();
    world.stopWallet();

    for (BookingView booking : List.of(first, second)) {
      BookingView moving = world.move(booking, to).await();
      assertThat(moving.slotId()).isEqualTo(from.id());
      assertThat(moving.movingTo()).isEqualTo(to.id());
      assertThat(moving.underWay()).isTrue();
    }
    world.startWallet();
    world.watchdog();

    assertThat(world.booking(first).slotId()).isEqualTo(to.id());
    assertThat(world.booking(first).underWay()).isFalse();
    assertThat(world.booking(second).slotId()).isEqualTo(from.id());
    assertThat(world.booking(second).underWay()).isFalse();
    assertThat(world.heard(rich)).containsExactly("booking_confirmed", "booking_moved");
    assertThat(world.heard(poor)).containsExactly("booking_confirmed", "booking_rejected");
    world.assertSound();
  }

  @Test
  void an_admin_who_cancels_a_meeting_is_named_to_those_on_their_way_into_it() {
    DyingMove move = dyingMove(3000, "carry.answered");
    var admin = new Caller(Ids.next(), Caller.Role.admin);
    world
        .ask(
            MeetingApi.CANCEL_MEETING,
            new MeetingApi.CancelMeeting(Ids.next(), admin, move.to().id(), "storm"))
        .await();
    world.watchdog();

    assertThat(world.facts())
        .filteredOn(f -> f.userId().equals(move.student()))
        .filteredOn(f -> f.kind().name().equals("meeting_cancelled"))
        .isNotEmpty()
        .allSatisfy(f -> assertThat(f.data()).containsEntry("cancelledBy", "admin"));
    world.assertSound();
  }

  /** A student's move from a class at 25.00 to one at 30.00, on which the platform died. */
  private record DyingMove(MeetingView from, MeetingView to, String student, BookingView booking) {}

  private DyingMove dyingMove(long credits, String step) {
    return dyingMove(credits, 0, step);
  }

  private DyingMove dyingMove(long credits, long lost, String step) {
    MeetingView from = world.slot(48, 1, 2500);
    MeetingView to = world.slot(60, 1, 3000);
    String student = world.student(credits);
    BookingView booking = world.book(student, from).await();
    if (lost > 0) {
      world.loseThenDieAt(student, lost, step);
    } else {
      world.dieAt(step);
    }
    died(world.move(booking, to));
    return new DyingMove(from, to, student, booking);
  }

  private static void died(Future<?> answer) {
    assertThatThrownBy(answer::await)
        .isInstanceOfSatisfying(
            RejectedException.class,
            r -> assertThat(r.failure().code()).isEqualTo("internal_error"));
  }
}
