package io.classbell.booking;

import static io.classbell.booking.SagaWorld.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Book;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.BookingApi.CancelBooking;
import io.classbell.booking.api.BookingApi.MoveBooking;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.idempotency.CommandKey;
import io.classbell.testing.OnBothDatabases;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Idempotency-Keys that are stored in the transaction of the effect, on real databases. */
@OnBothDatabases
final class CommandKeysIT extends SagaSuite {
  private static final String HASH = "12345678" + "a".repeat(64);
  private static final String OTHER_HASH = "12345678" + "b".repeat(64);
  private static final String HASH_OF_OTHER_SECRET = "87654321" + "c".repeat(64);

  @Test
  void a_repeated_booking_is_the_first_one_as_it_stands_by_then() {
    MeetingView slot = world.slot(48, 1, 2500);
    String student = world.student(2500);
    Book command = book(student, slot, key());

    BookingView first = world.ask(BookingApi.BOOK, command).await();
    BookingView again = world.ask(BookingApi.BOOK, command).await();
    world.cancel(first).await();
    BookingView later = world.ask(BookingApi.BOOK, command).await();

    assertThat(first.repeated()).isNull();
    isRepetitionOf(first, again);
    assertThat(later.id()).isEqualTo(first.id());
    assertThat(later.status()).isEqualTo("cancelled");
    assertThat(later.repeated()).isTrue();
    assertThat(world.rows("SELECT COUNT(*) FROM meeting_participant")).containsExactly("1");
    assertThat(keys()).isEqualTo(1);
    world.assertSound();
  }

  @Test
  void the_key_of_another_request_is_refused_and_changes_nothing() {
    MeetingView slot = world.slot(48, 2, 2500);
    MeetingView other = world.slot(60, 2, 2500);
    String student = world.student(9000);
    CommandKey key = key();
    CommandKey reused = new CommandKey(key.id(), OTHER_HASH);
    BookingView booking = world.ask(BookingApi.BOOK, book(student, slot, key)).await();

    isReused(BookingApi.BOOK, book(student, other, reused));
    isReused(BookingApi.CANCEL_BOOKING, cancel(booking, reused));
    isReused(BookingApi.MOVE_BOOKING, move(booking, other, reused));

    isTheSame(booking, world.booking(booking));
    assertThat(world.balance(student)).isEqualTo(6500);
    world.assertSound();
  }

  @Test
  void after_the_secret_was_replaced_a_repeated_command_finds_its_effect() {
    MeetingView slot = world.slot(48, 2, 2500);
    String student = world.student(9000);
    Book command = book(student, slot, key());
    BookingView first = world.ask(BookingApi.BOOK, command).await();
    var renamed = new CommandKey(command.key().id(), HASH_OF_OTHER_SECRET);

    BookingView again =
        world
            .ask(BookingApi.BOOK, new Book(command.commandId(), student, slot.id(), renamed))
            .await();

    isRepetitionOf(first, again);
  }

  @Test
  void a_rejected_booking_stays_rejected_under_its_key_and_not_under_another() {
    MeetingView slot = world.slot(48, 1, 2500);
    String student = world.student(2500);
    BookingView inTheWay = world.book(world.student(2500), slot).await();
    Book command = book(student, slot, key());

    Rejection first = failure(world.ask(BookingApi.BOOK, command));
    world.cancel(inTheWay).await();
    Rejection again = failure(world.ask(BookingApi.BOOK, command));

    assertThat(first.code()).isEqualTo("slot_full");
    assertThat(again).isEqualTo(first.asRepeated());
    assertThat(world.ask(BookingApi.BOOK, book(student, slot, key())).await().status())
        .isEqualTo("confirmed");
    world.assertSound();
  }

  @Test
  void a_booking_without_credits_stays_rejected_under_its_key() {
    MeetingView slot = world.slot(48, 1, 2500);
    String student = world.student(2499);
    List<Book> commands = List.of(book(student, slot, key()), book(student, slot, key()));
    for (Book command : commands) {
      Rejection first = failure(world.ask(BookingApi.BOOK, command));
      assertThat(first.code()).isEqualTo("insufficient_credits");
      assertThat(first.repeated()).isNull();
    }
    world
        .ask(WalletApi.DEPOSIT, new WalletApi.Deposit(Ids.next(), student, 5000, "test", null))
        .await();
    for (Book command : commands) {
      Rejection again = failure(world.ask(BookingApi.BOOK, command));
      assertThat(again.code()).isEqualTo("insufficient_credits");
      assertThat(again.repeated()).isTrue();
    }
    assertThat(world.meeting(slot).seatsTaken()).isZero();
    world.assertSound();
  }

  @Test
  void repeated_cancellations_and_moves_are_the_first_ones() {
    MeetingView slot = world.slot(48, 1, 2500);
    MeetingView other = world.slot(60, 1, 3000);
    String student = world.student(3000);
    BookingView booking = world.book(student, slot).await();
    MoveBooking move = move(booking, other, key());
    CancelBooking cancel = cancel(booking, key());

    BookingView moved = world.ask(BookingApi.MOVE_BOOKING, move).await();
    isRepetitionOf(moved, world.ask(BookingApi.MOVE_BOOKING, move).await());
    BookingView cancelled = world.ask(BookingApi.CANCEL_BOOKING, cancel).await();
    isRepetitionOf(cancelled, world.ask(BookingApi.CANCEL_BOOKING, cancel).await());
    BookingView late = world.ask(BookingApi.MOVE_BOOKING, move).await();

    assertThat(moved.repeated()).isNull();
    assertThat(cancelled.repeated()).isNull();
    assertThat(late.status()).isEqualTo("cancelled");
    assertThat(late.slotId()).isEqualTo(other.id());
    assertThat(world.balance(student)).isEqualTo(3000);
    assertThat(keys()).isEqualTo(2);
    world.assertSound();
  }

  @Test
  void rejected_moves_and_cancellations_stay_rejected_under_their_keys() {
    MeetingView slot = world.slot(48, 1, 2500);
    MeetingView full = world.slot(60, 1, 2500);
    BookingView booking = world.book(world.student(5000), slot).await();
    BookingView inTheWay = world.book(world.student(2500), full).await();
    MoveBooking move = move(booking, full, key());
    CancelBooking unknown =
        new CancelBooking(Ids.next(), SagaWorld.student(booking), Ids.next(), null, key());

    assertThat(failure(world.ask(BookingApi.MOVE_BOOKING, move)).code()).isEqualTo("slot_full");
    world.cancel(inTheWay).await();
    Rejection again = failure(world.ask(BookingApi.MOVE_BOOKING, move));
    assertThat(again.code()).isEqualTo("slot_full");
    assertThat(again.repeated()).isTrue();
    assertThat(failure(world.ask(BookingApi.CANCEL_BOOKING, unknown)).repeated()).isNull();
    assertThat(failure(world.ask(BookingApi.CANCEL_BOOKING, unknown)).repeated()).isTrue();
    world.assertSound();
  }

  @Test
  void fifty_repetitions_at_once_on_two_nodes_are_one_command() {
    world.addNode();
    MeetingView slot = world.slot(48, 50, 100);
    MeetingView other = world.slot(60, 50, 100);
    String student = world.student(10_000);
    Book book = book(student, slot, key());
    CancelBooking nothing =
        new CancelBooking(
            Ids.next(), new Caller(student, Caller.Role.student), Ids.next(), null, key());
    List<Future<BookingView>> booked = new ArrayList<>();
    List<Future<BookingView>> unknown = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      booked.add(world.ask(BookingApi.BOOK, book));
      unknown.add(world.ask(BookingApi.CANCEL_BOOKING, nothing));
    }
    booked.forEach(answer -> assertThat(answer.await().id()).isEqualTo(book.commandId()));
    unknown.forEach(answer -> assertThat(failure(answer).code()).isEqualTo("not_found"));

    BookingView booking = world.booking(book.commandId());
    MoveBooking move = move(booking, other, key());
    List<Future<BookingView>> moved = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      moved.add(world.ask(BookingApi.MOVE_BOOKING, move));
    }
    moved.forEach(answer -> assertThat(answer.await().id()).isEqualTo(booking.id()));

    assertThat(world.booking(booking).slotId()).isEqualTo(other.id());
    assertThat(world.rows("SELECT COUNT(*) FROM meeting_participant")).containsExactly("1");
    assertThat(world.balance(student)).isEqualTo(9_900);
    assertThat(keys()).isEqualTo(3);
    world.assertSound();
  }

  @Test
  void a_command_without_a_key_stores_none() {
    world.book(world.student(2500), world.slot(48, 1, 2500)).await();
    assertThat(keys()).isZero();
  }

  private static void isRepetitionOf(BookingView first, BookingView again) {
    assertThat(again.repeated()).isTrue();
    isTheSame(first.asRepeated(), again);
  }

  /** The version of the meeting counts the seats that were taken meanwhile. */
  private static void isTheSame(BookingView booking, BookingView other) {
    assertThat(other)
        .usingRecursiveComparison()
        .ignoringFields("meeting.version")
        .isEqualTo(booking);
  }

  private <A> void isReused(Operation<?, A> operation, Object command) {
    @SuppressWarnings("unchecked")
    Operation<Object, A> any = (Operation<Object, A>) operation;
    Rejection rejection = failure(world.ask(any, command));
    assertThat(rejection.code()).isEqualTo("idempotency_key_reused");
    assertThat(rejection.status()).isEqualTo(422);
  }

  private static CommandKey key() {
    return new CommandKey(Ids.next(), HASH);
  }

  private static Book book(String student, MeetingView slot, CommandKey key) {
    return new Book(Ids.next(), student, slot.id(), key);
  }

  private static CancelBooking cancel(BookingView booking, CommandKey key) {
    return new CancelBooking(Ids.next(), SagaWorld.student(booking), booking.id(), "ill", key);
  }

  private static MoveBooking move(BookingView booking, MeetingView to, CommandKey key) {
    return new MoveBooking(Ids.next(), SagaWorld.student(booking), booking.id(), to.id(), key);
  }

  private int keys() {
    return Integer.parseInt(world.rows("SELECT COUNT(*) FROM command_key").getFirst());
  }
}
