package io.classbell.booking.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.Rows;
import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Book;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Booking.Attendance;
import io.classbell.booking.model.Booking.Money;
import io.classbell.booking.model.Booking.Status;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Move;
import io.classbell.booking.model.PendingAction;
import io.classbell.booking.model.Settlement;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.wallet.api.WalletApi.Settled;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The decisions about bookings, without a database. */
final class BookingDeciderTest {
  private static final Instant NOW = Rows.NOW;
  private static final String NO = "insufficient_credits";
  private static final BookingDecider DECIDER =
      new BookingDecider(Rows.booking(Rows.slot()).policy());
  private final Meeting slot = Rows.slot();
  private final Booking pending = Rows.booking(slot);
  private final Booking confirmed = pending.confirmed();

  @Test
  void each_state_says_what_the_wallet_is_to_be_asked_next() {
    Booking late = confirmed.cancelled("student", null, whole(confirmed));
    assertThat(PendingAction.of(pending)).isEqualTo(PendingAction.HOLD);
    assertThat(PendingAction.of(confirmed)).isEqualTo(PendingAction.NONE);
    assertThat(PendingAction.of(pending.rejected("insufficient_credits", Money.none)))
        .isEqualTo(PendingAction.NONE);
    assertThat(PendingAction.of(pending.cancelled("student", null, null)))
        .isEqualTo(PendingAction.VOID_HOLD);
    assertThat(PendingAction.of(late)).isEqualTo(PendingAction.SETTLE);
    assertThat(PendingAction.of(late.withMoney(Money.settled, late.settlement())))
        .isEqualTo(PendingAction.NONE);
    assertThat(PendingAction.of(confirmed.moving(Move.begun("c", confirmed, Rows.slot()))))
        .isEqualTo(PendingAction.CARRY_HOLD);
  }

  @Test
  void what_the_ledger_has_posted_ends_what_waits_for_it_and_nothing_else() {
    Settled back = new Settled(pending.id(), 2500, 0, 0);
    Booking settling = confirmed.cancelled("student", null, whole(confirmed));
    Booking voiding = pending.cancelled("student", null, null);
    Booking settled = SettlementDecisions.recorded(settling, back);
    Booking voided = SettlementDecisions.recorded(voiding, new Settled(pending.id(), 0, 0, 0));
    assertThat(settled.money()).isEqualTo(Money.settled);
    assertThat(SettlementDecisions.recorded(voiding, back).money()).isEqualTo(Money.settled);
    assertThat(voided.money()).isEqualTo(Money.none);
    for (Booking row : List.of(pending, confirmed, settled, voided)) {
      assertThat(SettlementDecisions.recorded(row, back)).isSameAs(row);
    }
  }

  @Test
  void only_bookings_that_take_a_seat_are_live() {
    assertThat(pending.status().live()).isTrue();
    assertThat(confirmed.status().live()).isTrue();
    assertThat(confirmed.completed(Attendance.present).status().live()).isTrue();
    assertThat(confirmed.cancelled("student", null, null).status().live()).isFalse();
    assertThat(pending.rejected("x", Money.none).status().live()).isFalse();
  }

  @Test
  void only_confirmed_students_belong_to_a_class_and_those_who_lost_their_seat_with_it() {
    Booking voiding = pending.cancelled("student", null, null);
    Booking voided = SettlementDecisions.recorded(voiding, new Settled(pending.id(), 2500, 0, 0));
    for (Booking stranger :
        List.of(
            pending,
            pending.rejected(NO, Money.none),
            pending.tooLate(),
            voiding,
            voided,
            SettlementDecisions.recorded(voiding, new Settled(pending.id(), 0, 0, 0)),
            pending.cancelled("teacher", null, null))) {
      assertThat(stranger.wasConfirmed()).as("%s", stranger).isFalse();
      assertThat(stranger.isInClass()).as("%s", stranger).isFalse();
    }
    for (String by : List.of("student", "platform")) {
      Booking left = confirmed.cancelled(by, null, whole(confirmed));
      assertThat(left.wasConfirmed()).as("%s", left).isTrue();
      assertThat(left.isInClass()).as("%s", left).isFalse();
    }
    for (Booking student :
        List.of(
            confirmed,
            confirmed.completed(Attendance.absent),
            confirmed.cancelled("teacher", null, whole(confirmed)),
            confirmed.cancelled("admin", null, whole(confirmed)))) {
      assertThat(student.wasConfirmed()).as("%s", student).isTrue();
      assertThat(student.isInClass()).as("%s", student).isTrue();
    }
  }

  @Test
  void who_may_cancel_what_and_when() {
    String student = pending.studentId();
    Instant late = slot.startsAt().plusMillis(1);
    assertThat(cancel(null, student, NOW)).isEqualTo(BookingApi.NO_BOOKING);
    assertThat(cancel(confirmed, Ids.next(), NOW)).isEqualTo(BookingApi.NO_BOOKING);
    assertThat(cancel(confirmed, student, NOW)).isNull();
    assertThat(cancel(pending, student, NOW)).isNull();
    assertThat(cancel(pending, student, late)).isNull();
    assertThat(cancel(confirmed, student, late)).isEqualTo(BookingApi.TOO_LATE);
    assertThat(cancel(confirmed.completed(Attendance.absent), student, late))
        .isEqualTo(BookingApi.TOO_LATE);
    assertThat(cancel(pending.rejected("x", Money.none), student, NOW))
        .isEqualTo(MeetingApi.NOT_CANCELLABLE);
    assertThat(cancel(confirmed.cancelled("teacher", null, null), student, late)).isNull();
  }

  @Test
  void a_move_is_refused_in_the_order_of_precedence() {
    Meeting to = Rows.slotAt(slot.startsAt().plus(Duration.ofDays(1)));
    Instant tooLate = slot.startsAt().minus(Duration.ofHours(24)).plusMillis(1);
    assertThat(move(pending, null, NOW)).isEqualTo(MeetingApi.NO_SLOT);
    assertThat(move(pending, to, NOW)).isEqualTo(BookingApi.NOT_CONFIRMED);
    assertThat(move(confirmed, slot, NOW)).isEqualTo(BookingApi.SAME_SLOT);
    assertThat(move(confirmed, to, tooLate)).isEqualTo(BookingApi.TOO_LATE);
    assertThat(move(confirmed, to, tooLate.minusMillis(1))).isNull();
    assertThat(move(confirmed, to.withSeats(5), NOW)).isEqualTo(BookingApi.SLOT_FULL);
    assertThat(move(confirmed, to.cancelled(NOW, "teacher", null), NOW))
        .isEqualTo(BookingApi.SLOT_NOT_BOOKABLE);
  }

  @Test
  void a_booking_that_was_moved_a_hundred_times_and_one_stays() {
    Meeting to = Rows.slotAt(slot.startsAt().plus(Duration.ofDays(1)));
    Booking moved = confirmed;
    for (int i = 0; i <= 100; i++) {
      assertThat(move(moved, to, NOW)).isNull();
      moved = moved.moving(Move.begun("m" + i, moved, to)).stayed(NO);
    }
    assertThat(move(moved, to, NOW)).isEqualTo(BookingApi.MOVED_TOO_OFTEN);
  }

  @Test
  void a_group_sees_what_it_decided_before() {
    Meeting last = slot.withSeats(4);
    BookingUnitOfWork unit = unit(last);
    Book first = new Book(Ids.next(), "s1", slot.id());

    assertThat(decided(reserve(unit, first)).meeting().seatsTaken()).isEqualTo(5);
    assertThat(code(reserve(unit, new Book(Ids.next(), "s1", slot.id()))))
        .isEqualTo("already_booked");
    assertThat(code(reserve(unit, new Book(Ids.next(), "s2", slot.id())))).isEqualTo("slot_full");
    assertThat(decided(reserve(unit, first)).booking().id()).isEqualTo(first.commandId());
    assertThat(code(reserve(unit, new Book(first.commandId(), "s2", slot.id()))))
        .isEqualTo("idempotency_key_reused");
    assertThat(unit.newBookings()).hasSize(1);
    assertThat(unit.watched()).containsExactly(first.commandId());
    assertThat(unit.seatChanges()).containsExactly(Map.entry(slot.id(), 1));
  }

  @Test
  void the_command_of_a_booking_that_was_moved_since_is_known_again() {
    Meeting to = Rows.slot();
    Booking moved =
        confirmed.moving(Move.begun("m", confirmed, to)).moved(to, Move.begun("m", confirmed, to));
    BookingUnitOfWork unit = unit(slot, to);
    unit.load(moved);

    Decision again = reserve(unit, new Book(moved.id(), moved.studentId(), slot.id()));

    assertThat(decided(again).booking()).isEqualTo(moved);
    assertThat(decided(again).meeting()).isEqualTo(to);
    assertThat(unit.newBookings()).isEmpty();
    assertThat(unit.seatChanges()).isEmpty();
  }

  @Test
  void a_held_price_confirms_a_booking_once() {
    BookingUnitOfWork unit = unit(slot.withSeats(1));
    unit.load(pending);
    var held =
        new BookingCommand.RecordHold(new BookingWithMeeting(pending, slot.withSeats(1)), null);

    Booking first = decided(DECIDER.decide(unit, held)).booking();
    Booking second = decided(DECIDER.decide(unit, held)).booking();

    assertThat(first).isEqualTo(confirmed);
    assertThat(second).isEqualTo(confirmed);
    assertThat(unit.confirmedBookings()).containsExactly(pending.id());
    assertThat(unit.changedBookings()).isEmpty();
    assertThat(unit.seatChanges()).isEmpty();
    assertThat(unit.watched()).isEmpty();
    assertThat(kinds(unit.events())).containsExactly("booking_confirmed", "booking_confirmed");
  }

  @Test
  void a_price_that_is_not_held_rejects_the_booking_and_frees_its_seat() {
    BookingUnitOfWork unit = unit(slot.withSeats(1));
    unit.load(pending);

    BookingWithMeeting ended =
        decided(
            DECIDER.decide(
                unit,
                new BookingCommand.RecordHold(
                    new BookingWithMeeting(pending, slot.withSeats(1)), NO)));

    assertThat(ended.booking().status()).isEqualTo(Status.rejected);
    assertThat(ended.booking().reason()).isEqualTo(NO);
    assertThat(ended.booking().money()).isEqualTo(Money.none);
    assertThat(ended.meeting().seatsTaken()).isZero();
    assertThat(unit.seatChanges()).containsExactly(Map.entry(slot.id(), -1));
    assertThat(unit.watched()).isEmpty();
    assertThat(kinds(unit.events())).containsExactly("booking_rejected");
  }

  @Test
  void a_price_that_is_held_after_the_start_is_given_back() {
    Meeting began = Rows.slotAt(NOW).withSeats(1);
    Booking late = Rows.booking(began);
    BookingUnitOfWork unit = unit(began);
    unit.load(late);

    Booking ended =
        decided(
                DECIDER.decide(
                    unit, new BookingCommand.RecordHold(new BookingWithMeeting(late, began), null)))
            .booking();

    assertThat(ended.status()).isEqualTo(Status.rejected);
    assertThat(PendingAction.of(ended)).isEqualTo(PendingAction.VOID_HOLD);
    assertThat(unit.watched()).containsExactly(late.id());
    assertThat(unit.seatChanges()).containsExactly(Map.entry(began.id(), -1));
  }

  @Test
  void a_student_cancels_once_and_the_teacher_hears_only_of_a_confirmed_booking() {
    for (Booking booking : List.of(pending, confirmed)) {
      BookingUnitOfWork unit = unit(slot.withSeats(1));
      unit.load(booking);
      var cancel = new BookingCommand.Cancel(booking.id(), booking.studentId(), "ill");

      BookingWithMeeting first = decided(DECIDER.decide(unit, cancel));
      BookingWithMeeting second = decided(DECIDER.decide(unit, cancel));

      assertThat(second).isEqualTo(first);
      assertThat(first.booking().status()).isEqualTo(Status.cancelled);
      assertThat(first.meeting().seatsTaken()).isZero();
      assertThat(unit.seatChanges()).containsExactly(Map.entry(slot.id(), -1));
      assertThat(unit.watched()).containsExactly(booking.id());
      assertThat(unit.events().stream().map(f -> f.userId()))
          .containsExactlyElementsOf(
              booking == pending
                  ? List.of(booking.studentId())
                  : List.of(booking.studentId(), slot.teacherId()));
    }
  }

  @Test
  void nothing_is_decided_while_a_move_is_under_way() {
    Meeting to = Rows.slot().withSeats(1);
    Booking moving = confirmed.moving(Move.begun("m", confirmed, to));
    BookingUnitOfWork unit = unit(slot.withSeats(1), to);
    unit.load(moving);

    assertThat(
            DECIDER.decide(unit, new BookingCommand.Cancel(moving.id(), moving.studentId(), null)))
        .isEqualTo(new Decision.MoveUnderWay());
    assertThat(unit.changedBookings()).isEmpty();
  }

  @Test
  void a_cancelled_meeting_refunds_all_but_those_that_are_moving_out() {
    Meeting to = Rows.slot().withSeats(1);
    Booking other = Rows.booking(slot).confirmed();
    Booking leaving = Rows.booking(slot).confirmed();
    Booking moving = leaving.moving(Move.begun("m", leaving, to));
    BookingUnitOfWork unit = unit(slot.withSeats(4), to);
    List.of(pending, other, moving, Rows.booking(slot).rejected(NO, Money.none))
        .forEach(unit::load);
    var command =
        new MeetingApi.CancelMeeting(
            Ids.next(), new Caller(slot.teacherId(), Caller.Role.teacher), slot.id(), "ill");

    var decision =
        (Decision.MeetingDecided) DECIDER.decide(unit, new BookingCommand.CancelMeeting(command));

    assertThat(decision.meeting().status()).isEqualTo(Meeting.Status.cancelled);
    assertThat(decision.meeting().seatsTaken()).isEqualTo(2);
    assertThat(decision.cancelled().stream().map(b -> b.booking().id()))
        .containsExactly(pending.id(), other.id());
    assertThat(unit.changedMeetings()).containsExactly(decision.meeting());
    assertThat(unit.seatChanges()).isEmpty();
    assertThat(unit.watched()).containsExactly(pending.id(), other.id());
    assertThat(unit.booking(moving.id())).isEqualTo(moving);
  }

  @Test
  void a_student_who_cannot_pay_takes_no_seat_and_is_recorded_once() {
    BookingUnitOfWork unit = unit(slot);
    var first =
        new BookingCommand.Reserve(new Book(Ids.next(), "s1", slot.id()), slot.price() - 1, true);
    var second =
        new BookingCommand.Reserve(new Book(Ids.next(), "s1", slot.id()), slot.price() - 1, true);

    assertThat(decided(DECIDER.decide(unit, first)).booking().status()).isEqualTo(Status.rejected);
    assertThat(decided(DECIDER.decide(unit, first)).booking().id())
        .isEqualTo(first.book().commandId());
    assertThat(code(DECIDER.decide(unit, second))).isEqualTo(NO);
    assertThat(unit.seatChanges()).isEmpty();
    assertThat(unit.watched()).isEmpty();
    assertThat(unit.newBookings()).hasSize(1);
    assertThat(kinds(unit.events())).containsExactly("booking_rejected");
    Book paid = new Book(Ids.next(), "s1", slot.id());
    assertThat(
            decided(DECIDER.decide(unit, new BookingCommand.Reserve(paid, slot.price(), true)))
                .booking()
                .status())
        .isEqualTo(Status.pending);
  }

  @Test
  void a_move_that_was_carried_over_gives_the_old_seat_back() {
    Meeting to = Rows.slot().withSeats(1);
    Booking moving = confirmed.moving(Move.begun("m", confirmed, to));
    BookingUnitOfWork unit = unit(slot.withSeats(1), to);

    Booking ended = end(unit, moving, null);

    assertThat(ended.meetingId()).isEqualTo(to.id());
    assertThat(ended.teacherId()).isEqualTo(to.teacherId());
    assertThat(ended.movingTo()).isNull();
    assertThat(ended.sequence()).isEqualTo(confirmed.sequence() + 1);
    assertThat(unit.seatChanges()).containsExactly(Map.entry(slot.id(), -1));
    assertThat(kinds(unit.events()))
        .containsExactly("booking_moved", "booking_moved", "booking_moved");
    Map<String, String> told =
        unit.events().stream()
            .filter(f -> f.userId().equals(slot.teacherId()))
            .findFirst()
            .orElseThrow()
            .data();
    assertThat(told)
        .containsEntry("meetingId", slot.id())
        .containsEntry("previousTitle", slot.title())
        .doesNotContainKeys("title", "startsAt", "durationMinutes", "amount")
        .doesNotContainValue(to.id())
        .doesNotContainValue(to.teacherId());
  }

  @Test
  void a_move_that_was_refused_gives_the_new_seat_back() {
    Meeting to = Rows.slot().withSeats(1);
    Booking moving = confirmed.moving(Move.begun("m", confirmed, to));
    BookingUnitOfWork unit = unit(slot.withSeats(1), to);

    Booking ended = end(unit, moving, NO);

    assertThat(ended.meetingId()).isEqualTo(slot.id());
    assertThat(ended.price()).isEqualTo(confirmed.price());
    assertThat(PendingAction.of(ended)).isEqualTo(PendingAction.NONE);
    assertThat(unit.seatChanges()).containsExactly(Map.entry(to.id(), -1));
    assertThat(unit.events())
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.kind().name()).isEqualTo("booking_rejected");
              assertThat(f.userId()).isEqualTo(ended.studentId());
              assertThat(f.data())
                  .containsEntry("reason", NO)
                  .containsEntry("meetingId", to.id())
                  .containsEntry("previousStartsAt", slot.startsAt().toString());
            });
  }

  @Test
  void a_move_whose_class_began_meanwhile_ends_with_everything_given_back() {
    Meeting began = Rows.slotAt(NOW).withSeats(1);
    for (Meeting to : List.of(began, began.opened(NOW), began.expired())) {
      Booking moving = confirmed.moving(Move.begun("m", confirmed, to));
      BookingUnitOfWork unit = unit(slot.withSeats(1), to);

      assertTooLate(unit, end(unit, moving, null));
    }
  }

  @Test
  void a_move_that_was_refused_when_its_old_class_is_over_ends_with_everything_given_back() {
    Meeting over = slot.withSeats(1).opened(NOW).closed(NOW, List.of());
    Meeting to = Rows.slot().withSeats(1);
    Booking moving = confirmed.moving(Move.begun("m", confirmed, to));
    BookingUnitOfWork unit = unit(over, to);

    assertTooLate(unit, end(unit, moving, NO));
  }

  private static void assertTooLate(BookingUnitOfWork unit, Booking ended) {
    assertThat(ended.status()).isEqualTo(Status.cancelled);
    assertThat(ended.cancelledBy()).isEqualTo("platform");
    assertThat(ended.reason()).isEqualTo("move_too_late");
    var whole = Objects.requireNonNull(ended.settlement());
    assertThat(whole.student()).isEqualTo(ended.price());
    assertThat(whole.rule()).isEqualTo("move_too_late");
    assertThat(PendingAction.of(ended)).isEqualTo(PendingAction.SETTLE);
    assertThat(unit.seatChanges().values()).containsExactly(-1, -1);
    assertThat(unit.watched()).containsExactly(ended.id());
    assertThat(kinds(unit.events())).containsExactly("booking_cancelled", "booking_cancelled");
  }

  @Test
  void who_cancelled_the_meeting_is_told_to_those_on_their_way_into_it() {
    Meeting to = Rows.slot().withSeats(1).cancelled(NOW, "admin", "storm");
    Booking moving = confirmed.moving(Move.begun("m", confirmed, to));
    BookingUnitOfWork unit = unit(slot.withSeats(1), to);

    Booking ended = end(unit, moving, null);

    assertThat(ended.cancelledBy()).isEqualTo("admin");
    assertThat(unit.events())
        .filteredOn(f -> f.kind().name().equals("meeting_cancelled"))
        .singleElement()
        .satisfies(f -> assertThat(f.data()).containsEntry("cancelledBy", "admin"));
  }

  @Test
  void a_move_that_ends_in_a_cancelled_meeting_ends_cancelled_and_refunded_whole() {
    for (boolean done : List.of(true, false)) {
      Meeting from = slot.withSeats(1);
      Meeting to = Rows.slot().withSeats(1);
      Booking moving = confirmed.moving(Move.begun("m", confirmed, to));
      BookingUnitOfWork unit =
          done
              ? unit(from, to.cancelled(NOW, "teacher", "ill"))
              : unit(from.cancelled(NOW, "teacher", "ill"), to);

      Booking ended = end(unit, moving, done ? null : NO);

      assertThat(ended.status()).isEqualTo(Status.cancelled);
      assertThat(Objects.requireNonNull(ended.settlement()).student()).isEqualTo(ended.price());
      assertThat(PendingAction.of(ended)).isEqualTo(PendingAction.SETTLE);
      assertThat(unit.seatChanges()).containsOnly(Map.entry(from.id(), -1), Map.entry(to.id(), -1));
      assertThat(unit.watched()).containsExactly(ended.id());
      assertThat(kinds(unit.events())).contains("meeting_cancelled");
    }
  }

  @Test
  void each_move_of_a_booking_is_a_command_of_its_own_to_the_wallet() {
    Meeting to = Rows.slot();
    Booking moving = confirmed.moving(Move.begun("m", confirmed, to));
    Booking again = moving.stayed(NO).moving(Move.begun("m", confirmed, to));

    assertThat(move(moving).walletCommandId(moving.id(), moving.sequence()))
        .isEqualTo(move(moving).walletCommandId(moving.id(), moving.sequence()))
        .isNotEqualTo(move(again).walletCommandId(again.id(), again.sequence()));
  }

  @Test
  void whoever_books_an_open_class_and_its_teacher_hear_that_it_is_open() {
    BookingWithMeeting open = new BookingWithMeeting(confirmed, slot.opened(NOW));
    assertThat(BookingEvents.confirmed(open, NOW).stream().map(f -> f.kind() + "@" + f.userId()))
        .containsExactly(
            "booking_confirmed@" + confirmed.studentId(),
            "booking_confirmed@" + slot.teacherId(),
            "meeting_opened@" + confirmed.studentId(),
            "meeting_opened@" + slot.teacherId());
    assertThat(kinds(BookingEvents.confirmed(new BookingWithMeeting(confirmed, slot), NOW)))
        .containsExactly("booking_confirmed", "booking_confirmed");
  }

  @Test
  void a_settlement_tells_whoever_got_something() {
    BookingWithMeeting seat = new BookingWithMeeting(confirmed, slot);
    assertThat(kinds(BookingEvents.settled(seat, settlement(2500, 0, 0), NOW)))
        .containsExactly("refund_issued");
    assertThat(kinds(BookingEvents.settled(seat, settlement(0, 2250, 250), NOW)))
        .containsExactly("credits_received");
    assertThat(kinds(BookingEvents.settled(seat, settlement(1250, 1125, 125), NOW)))
        .containsExactly("refund_issued", "credits_received");
    assertThat(BookingEvents.settled(seat, settlement(0, 0, 0), NOW)).isEmpty();
  }

  private static Settlement settlement(long student, long teacher, long fee) {
    return new Settlement(student, teacher, fee, "refund", "student_cancelled_late", null);
  }

  private static Settlement whole(Booking booking) {
    return Settlement.of(
        CancellationPolicy.meetingCancelled(booking.policy(), booking.price()), null);
  }

  private static Move move(Booking moving) {
    return Objects.requireNonNull(moving.move());
  }

  private static RejectionCode cancel(Booking row, String student, Instant now) {
    return CancellationDecisions.rejection(row, student, now);
  }

  private RejectionCode move(Booking row, Meeting to, Instant now) {
    return MoveDecisions.rejection(row, to, List.of(row), now);
  }

  private static BookingUnitOfWork unit(Meeting... meetings) {
    BookingUnitOfWork unit = new BookingUnitOfWork(NOW);
    List.of(meetings).forEach(unit::load);
    return unit;
  }

  private static Decision reserve(BookingUnitOfWork unit, Book book) {
    return DECIDER.decide(unit, new BookingCommand.Reserve(book, Long.MAX_VALUE, true));
  }

  private static Booking end(BookingUnitOfWork unit, Booking moving, String rejection) {
    unit.load(moving);
    return decided(
            DECIDER.decide(unit, new BookingCommand.EndMove(moving.id(), move(moving), rejection)))
        .booking();
  }

  private static BookingWithMeeting decided(Decision decision) {
    return ((Decision.BookingDecided) decision).booking();
  }

  private static String code(Decision decision) {
    return ((Decision.Rejected) decision).rejection().code();
  }

  private static List<String> kinds(List<Fact> facts) {
    return facts.stream().map(f -> f.kind().name()).toList();
  }
}
