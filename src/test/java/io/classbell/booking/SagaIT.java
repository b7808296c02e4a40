package io.classbell.booking;

import static io.classbell.booking.SagaWorld.failure;
import static io.classbell.booking.SagaWorld.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Book;
import io.classbell.booking.api.BookingApi.BookingById;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.failure.Rejection;
import io.classbell.testing.OnBothDatabases;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Book, cancel and move as students do it, with the real ledger; alone and many at once. */
@OnBothDatabases
final class SagaIT extends SagaSuite {
  @Test
  void a_booking_takes_a_seat_and_its_price_and_both_sides_hear_of_it() {
    MeetingView slot = world.slot(48, 3, 2500);
    String student = world.student(4000);

    BookingView booking = world.book(student, slot).await();

    assertThat(booking.status()).isEqualTo("confirmed");
    assertThat(booking.price()).isEqualTo(2500);
    assertThat(booking.meeting().seatsTaken()).isEqualTo(1);
    // The answer to a command has the version that was read, which the command raised.
    assertThat(world.booking(booking))
        .usingRecursiveComparison()
        .ignoringFields("meeting.version")
        .isEqualTo(booking);
    assertThat(world.balance(student)).isEqualTo(1500);
    assertThat(world.escrow(slot)).isEqualTo(2500);
    assertThat(world.heard(student)).containsExactly("booking_confirmed");
    assertThat(world.heard(world.teacher)).containsExactly("booking_confirmed");
    world.assertSound();
  }

  @Test
  void the_same_command_books_once_and_another_with_its_id_is_refused() {
    MeetingView slot = world.slot(48, 3, 2500);
    MeetingView other = world.slot(50, 3, 2500);
    String student = world.student(9000);
    var command = new Book(Ids.next(), student, slot.id());

    List<Future<BookingView>> answers =
        IntStream.range(0, 20).mapToObj(i -> world.ask(BookingApi.BOOK, command)).toList();

    assertThat(answers).allSatisfy(a -> assertThat(a.await().id()).isEqualTo(command.commandId()));
    assertThat(world.booking(command.commandId()).status()).isEqualTo("confirmed");
    assertThat(
            refusal(world.ask(BookingApi.BOOK, new Book(command.commandId(), student, other.id()))))
        .isEqualTo("idempotency_key_reused");
    assertThat(world.balance(student)).isEqualTo(6500);
    world.assertSound();
  }

  @Test
  void what_cannot_be_booked_is_refused_by_name_and_leaves_no_trace() {
    MeetingView slot = world.slot(48, 1, 2500);
    MeetingView overlapping = world.slot(Ids.next(), 48, 5, 2500);
    String student = world.student(9000);
    BookingView booked = world.book(student, slot).await();

    Rejection already = failure(world.book(student, slot));
    assertThat(already.code()).isEqualTo("already_booked");
    Rejection overlap = failure(world.book(student, overlapping));
    assertThat(overlap.code()).isEqualTo("overlapping_booking");
    assertThat(already.params())
        .containsEntry("bookingId", booked.id())
        .containsEntry("meetingId", slot.id())
        .isEqualTo(overlap.params());
    assertThat(refusal(world.book(world.student(9000), slot))).isEqualTo("slot_full");
    assertThat(refusal(world.ask(BookingApi.BOOK, new Book(Ids.next(), student, Ids.next()))))
        .isEqualTo("not_found");
    world.node.clock().advance(Duration.ofHours(48));
    assertThat(refusal(world.book(world.student(9000), overlapping)))
        .isEqualTo("slot_not_bookable");
    assertThat(world.rows("SELECT COUNT(*) FROM meeting_participant")).containsExactly("1");
    world.assertSound();
  }

  @Test
  void a_booking_without_the_credits_is_rejected_and_its_seat_is_free_again() {
    MeetingView slot = world.slot(48, 1, 2500);
    String poor = world.student(2499);
    var command = new Book(Ids.next(), poor, slot.id());

    Rejection refused = failure(world.ask(BookingApi.BOOK, command));
    assertThat(refused.code()).isEqualTo("insufficient_credits");
    assertThat(new TreeMap<>(refused.params()))
        .hasToString("{balance=2499, needed=2500, price=2500}");
    assertThat(refusal(world.ask(BookingApi.BOOK, command))).isEqualTo("insufficient_credits");

    BookingView rejected = world.booking(command.commandId());
    assertThat(rejected.status()).isEqualTo("rejected");
    assertThat(rejected.reason()).isEqualTo("insufficient_credits");
    assertThat(world.heard(poor)).containsExactly("booking_rejected");
    assertThat(world.heard(world.teacher)).isEmpty();
    assertThat(world.book(world.student(2500), slot).await().status()).isEqualTo("confirmed");
    world.assertSound();
  }

  @Test
  void a_free_slot_is_booked_and_cancelled_without_credits() {
    MeetingView slot = world.slot(48, 1, 0);
    BookingView booking = world.book(world.student(0), slot).await();
    assertThat(booking.status()).isEqualTo("confirmed");

    assertThat(world.cancel(booking).await().status()).isEqualTo("cancelled");
    world.assertSound();
  }

  @Test
  void two_hundred_students_for_twenty_seats_are_twenty_bookings() {
    MeetingView slot = world.slot(48, 20, 2500);
    List<String> students = IntStream.range(0, 200).mapToObj(i -> world.student(2500)).toList();

    List<Future<BookingView>> answers = students.stream().map(s -> world.book(s, slot)).toList();
    long confirmed = answers.stream().filter(a -> outcome(a).equals("confirmed")).count();

    assertThat(confirmed).isEqualTo(20);
    assertThat(answers.stream().map(SagaSuite::outcome).distinct())
        .containsExactlyInAnyOrder("confirmed", "slot_full");
    assertThat(world.meeting(slot).seatsTaken()).isEqualTo(20);
    assertThat(world.escrow(slot)).isEqualTo(50_000);
    world.assertSound();
  }

  @Test
  void fifty_bookings_with_money_for_one_are_one_booking() {
    List<MeetingView> slots =
        IntStream.range(0, 50).mapToObj(i -> world.slot(48 + 2 * i, 5, 2500)).toList();
    String student = world.student(2500);

    List<Future<BookingView>> answers = slots.stream().map(s -> world.book(student, s)).toList();

    assertThat(answers.stream().map(SagaSuite::outcome).filter("confirmed"::equals)).hasSize(1);
    assertThat(answers.stream().map(SagaSuite::outcome).filter("insufficient_credits"::equals))
        .hasSize(49);
    assertThat(world.balance(student)).isZero();
    assertThat(world.rows("SELECT SUM(seats_taken) FROM meeting")).containsExactly("1");
    world.assertSound();
  }

  @Test
  void one_student_books_overlapping_slots_at_once_and_gets_one() {
    List<MeetingView> slots =
        IntStream.range(0, 20).mapToObj(i -> world.slot(Ids.next(), 48, 5, 100)).toList();
    String student = world.student(100_000);

    List<Future<BookingView>> answers = slots.stream().map(s -> world.book(student, s)).toList();

    assertThat(answers.stream().map(SagaSuite::outcome).filter("confirmed"::equals)).hasSize(1);
    world.assertSound();
  }

  @Test
  void thirty_cancels_of_one_booking_give_one_refund_and_free_one_seat() {
    MeetingView slot = world.slot(48, 2, 2500);
    String student = world.student(2500);
    BookingView booking = world.book(student, slot).await();
    world.book(world.student(2500), slot).await();

    List<Future<BookingView>> answers =
        IntStream.range(0, 30).mapToObj(i -> world.cancel(booking)).toList();

    for (Future<BookingView> answer : answers) {
      BookingView cancelled = answer.await();
      assertThat(cancelled.status()).isEqualTo("cancelled");
      assertThat(Objects.requireNonNull(cancelled.refund()).student()).isEqualTo(2500);
      assertThat(cancelled.refund().rule()).isEqualTo("student_cancelled_early");
    }
    assertThat(world.balance(student)).isEqualTo(2500);
    assertThat(world.meeting(slot).seatsTaken()).isEqualTo(1);
    assertThat(world.heard(student))
        .containsExactly("booking_cancelled", "booking_confirmed", "refund_issued");
    world.assertSound();
  }

  @Test
  void the_preview_is_what_a_late_cancellation_posts() {
    MeetingView slot = world.slot(12, 2, 2501);
    String student = world.student(2501);
    BookingView booking = world.book(student, slot).await();

    var preview =
        world
            .ask(
                BookingApi.PREVIEW_CANCELLATION,
                new BookingById(SagaWorld.student(booking), booking.id()))
            .await();
    BookingView cancelled = world.cancel(booking).await();

    var refund = Objects.requireNonNull(cancelled.refund());
    assertThat(refund.posted()).isTrue();
    assertThat(List.of(refund.student(), refund.teacher(), refund.fee()))
        .containsExactly(preview.refund(), preview.teacher(), preview.fee());
    assertThat(world.balance(student)).isEqualTo(1251);
    assertThat(world.balance(world.teacher)).isEqualTo(1125);
    assertThat(world.escrow(slot)).isZero();
    assertThat(world.heard(world.teacher))
        .containsExactly("booking_cancelled", "booking_confirmed", "credits_received");
    world.assertSound();
  }

  @Test
  void after_the_start_a_booking_cannot_be_cancelled() {
    BookingView booking = world.book(world.student(2500), world.slot(12, 2, 2500)).await();
    world.node.clock().advance(Duration.ofHours(12).plusSeconds(1));

    assertThat(refusal(world.cancel(booking))).isEqualTo("too_late");
    world.assertSound();
  }

  @Test
  void a_stranger_cannot_see_cancel_or_move_a_booking() {
    MeetingView slot = world.slot(48, 2, 2500);
    BookingView booking = world.book(world.student(2500), slot).await();
    var stranger = new Caller(Ids.next(), Caller.Role.student);

    assertThat(refusal(world.ask(BookingApi.BOOKING, new BookingById(stranger, booking.id()))))
        .isEqualTo("not_found");
    assertThat(
            refusal(
                world.ask(
                    BookingApi.CANCEL_BOOKING,
                    new BookingApi.CancelBooking(Ids.next(), stranger, booking.id(), null))))
        .isEqualTo("not_found");
    assertThat(
            refusal(
                world.ask(
                    BookingApi.MOVE_BOOKING,
                    new BookingApi.MoveBooking(Ids.next(), stranger, booking.id(), slot.id()))))
        .isEqualTo("not_found");
    assertThat(
            refusal(
                world.ask(
                    MeetingApi.CANCEL_MEETING,
                    new MeetingApi.CancelMeeting(Ids.next(), stranger, slot.id(), null))))
        .isEqualTo("not_found");
  }

  @Test
  void a_cancelled_meeting_refunds_every_student_and_its_escrow_is_empty() {
    MeetingView slot = world.slot(2, 30, 2500);
    List<String> students = IntStream.range(0, 25).mapToObj(i -> world.student(2500)).toList();
    students.stream().map(s -> world.book(s, slot)).toList().forEach(f -> f.await());

    MeetingView cancelled = world.cancelMeeting(slot).await();

    assertThat(cancelled.status()).isEqualTo("cancelled");
    assertThat(cancelled.seatsTaken()).isZero();
    assertThat(world.escrow(slot)).isZero();
    assertThat(students)
        .allSatisfy(
            s -> {
              assertThat(world.balance(s)).isEqualTo(2500);
              assertThat(world.heard(s))
                  .containsExactly("booking_confirmed", "meeting_cancelled", "refund_issued");
            });
    assertThat(world.cancelMeeting(slot, "another reason").await())
        .usingRecursiveComparison()
        .ignoringFields("version")
        .isEqualTo(cancelled);
    assertThat(refusal(world.book(world.student(2500), slot))).isEqualTo("slot_not_bookable");
    world.assertSound();
  }

  @Test
  void a_students_cancel_against_the_teachers_settles_each_booking_once() {
    for (int round = 0; round < 10; round++) {
      MeetingView slot = world.slot(4 + 2 * round, 10, 2500);
      List<String> students = IntStream.range(0, 10).mapToObj(i -> world.student(2500)).toList();
      List<BookingView> bookings =
          students.stream().map(s -> world.book(s, slot)).toList().stream()
              .map(f -> f.await())
              .toList();

      List<Future<?>> answers = new ArrayList<>();
      bookings.subList(0, 5).forEach(b -> answers.add(world.cancel(b)));
      answers.add(world.cancelMeeting(slot));
      bookings.subList(5, 10).forEach(b -> answers.add(world.cancel(b)));
      answers.forEach(f -> f.await());

      for (BookingView booking : bookings) {
        BookingView ended = world.booking(booking);
        assertThat(ended.status()).isEqualTo("cancelled");
        var refund = Objects.requireNonNull(ended.refund());
        assertThat(world.balance(booking.studentId())).isEqualTo(refund.student());
        assertThat(refund.rule()).isIn("meeting_cancelled", "student_cancelled_late");
      }
      assertThat(world.escrow(slot)).isZero();
    }
    world.assertSound();
  }
}
