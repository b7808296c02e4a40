package io.classbell.booking.command;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Book;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.BookingApi.CancelBooking;
import io.classbell.booking.api.BookingApi.MoveBooking;
import io.classbell.booking.decision.BookingCommand;
import io.classbell.booking.decision.Decision;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Booking.Status;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Move;
import io.classbell.booking.slot.Teachers;
import io.classbell.booking.store.BookingStores;
import io.classbell.platform.Failpoint;
import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.SqlErrors;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.node.Node;
import io.classbell.wallet.api.WalletApi;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What students command: book, cancel, move. Each decides and writes down first, then drives the
 * saga; what cannot be ended in the caller's time is answered as it stands and ended by the
 * watchdog.
 *
 * <p>Failpoints: {@code book.reserved}, {@code cancel.decided}, {@code move.reserved}; and those of
 * {@link Funds} and {@link BookingSaga}.
 */
public final class BookingCommands {
  private static final Logger LOG = LoggerFactory.getLogger(BookingCommands.class);
  private static final int MOST_TRIES = 3;
  private static final Duration BALANCE_PATIENCE = Duration.ofSeconds(2);
  private static final RejectionCode MOVING =
      new RejectionCode(503, "move_under_way", "The booking is being moved. Try again.", true);

  private final Node node;
  private final BookingStores stores;
  private final BookingSaga saga;
  private final Funds funds;
  private final Teachers teachers;
  private final GroupCommit<BookingCommand, Decision> reserve;
  private final GroupCommit<BookingCommand, Decision> cancel;
  private final GroupCommit<BookingCommand, Decision> move;
  private final Timer bookTime;
  private final Counter leftToWatchdog;

  public BookingCommands(
      CommandGroups groups,
      BookingStores stores,
      BookingTransaction transaction,
      BookingSaga saga,
      Teachers teachers) {
    this.node = groups.node();
    this.stores = stores;
    this.saga = saga;
    this.teachers = teachers;
    this.funds = new Funds(node.bus());
    this.reserve = groups.of("booking.reserve", transaction);
    this.cancel = groups.of("booking.cancel", transaction);
    this.move = groups.of("booking.move", transaction);
    this.bookTime =
        Timer.builder("classbell.booking.time")
            .description("From the command to the confirmed booking.")
            .publishPercentiles(0.5, 0.99)
            .register(node.meters());
    this.leftToWatchdog =
        Counter.builder("classbell.booking.left.to.watchdog")
            .description("Answered before their end was known.")
            .register(node.meters());
  }

  public BookingView book(Book command) {
    Timer.Sample started = Timer.start();
    boolean isOffered = isOffered(command.slotId());
    Decision.BookingDecided reserved =
        decided(
            run(
                reserve,
                new BookingCommand.Reserve(command, funds.of(command.studentId()), isOffered)));
    Failpoint.reach("book.reserved");
    BookingWithMeeting ended = driven(reserved.booking());
    if (ended.booking().status() == Status.confirmed) {
      started.stop(bookTime);
    }
    if (ended.booking().status() == Status.rejected) {
      throw repeatedIf(reserved.repeated(), rejected(ended.booking()));
    }
    return answer(reserved, ended);
  }

  public BookingView cancel(CancelBooking command) {
    var cancellation =
        new BookingCommand.Cancel(
            command.bookingId(),
            command.caller().userId(),
            command.reason(),
            command.key(),
            command.expectedRefund());
    Decision.BookingDecided cancelled = afterMoves(cancel, cancellation, command.bookingId());
    Failpoint.reach("cancel.decided");
    return answer(cancelled, driven(cancelled.booking()));
  }

  /** The price is the new slot's; the policy stays as the booking froze it. */
  public BookingView move(MoveBooking command) {
    boolean isOffered = isOffered(command.slotId());
    Decision.BookingDecided begun =
        afterMoves(
            move,
            new BookingCommand.BeginMove(command, funds.of(command.caller().userId()), isOffered),
            command.bookingId());
    Failpoint.reach("move.reserved");
    BookingWithMeeting ended = driven(begun.booking());
    Move last = ended.booking().move();
    // A repeated command of an earlier move is answered with the booking as it is.
    if (last != null
        && last.commandId().equals(command.commandId())
        && ended.booking().movingTo() == null
        && ended.booking().status().live()
        && !ended.meeting().id().equals(command.slotId())) {
      RejectionCode why = rejection(last);
      throw repeatedIf(
          begun.repeated(),
          why.equals(BookingApi.INSUFFICIENT_CREDITS)
              ? insufficient(
                  ended.booking().studentId(), last.price(), last.price() - ended.booking().price())
              : why.refused());
    }
    return answer(begun, ended);
  }

  /** Rows of an earlier version do not keep the wallet's code; only one code was possible then. */
  private static RejectionCode rejection(Move stayed) {
    String code = stayed.rejection();
    return code == null ? BookingApi.INSUFFICIENT_CREDITS : BookingApi.moveRejection(code);
  }

  /** Runs a command, and again after the end of a move that is under way. */
  private Decision.BookingDecided afterMoves(
      GroupCommit<BookingCommand, Decision> group, BookingCommand command, String bookingId) {
    for (int attempt = 1; attempt <= MOST_TRIES; attempt++) {
      if (run(group, command) instanceof Decision.BookingDecided decided) {
        return decided;
      }
      endMove(bookingId);
    }
    throw MOVING.refused();
  }

  /**
   * Runs a command, and again if another one stored the same key at the same time. Most commands
   * with the same key wait for a lock of the same booking or student, but one that is rejected may
   * have nothing to lock.
   */
  private static Decision run(GroupCommit<BookingCommand, Decision> group, BookingCommand command) {
    return group
        .submit(command)
        .recover(
            failure ->
                command.key() == null || SqlErrors.duplicateKey(failure) == null
                    ? Future.failedFuture(failure)
                    : group.submit(command))
        .await();
  }

  private static Decision.BookingDecided decided(Decision decision) {
    if (decision instanceof Decision.BookingDecided decided) {
      return decided;
    }
    throw new IllegalStateException("unexpected decision " + decision);
  }

  private static BookingView answer(Decision.BookingDecided begun, BookingWithMeeting ended) {
    BookingView booking = ended.toApi();
    return begun.repeated() ? booking.asRepeated() : booking;
  }

  private static RejectedException repeatedIf(boolean repeated, RejectedException rejection) {
    return repeated ? new RejectedException(rejection.failure().asRepeated()) : rejection;
  }

  private boolean isOffered(String slotId) {
    return teachers.isOffered(node.database().read(), slotId);
  }

  private RejectedException rejected(Booking booking) {
    RejectionCode why = BookingApi.rejection(booking.reason());
    return why.equals(BookingApi.INSUFFICIENT_CREDITS)
        ? insufficient(booking.studentId(), booking.price(), booking.price())
        : why.refused();
  }

  /**
   * With the price, what of it the wallet has to hold, and what it holds by now if it answers.
   *
   * @param needed less than the price where a part of it is held already, as in a move
   */
  private RejectedException insufficient(String studentId, long price, long needed) {
    Map<String, Object> params = new LinkedHashMap<>();
    params.put("price", price);
    params.put("needed", needed);
    try {
      WalletApi.Balance wallet =
          node.bus()
              .ask(WalletApi.BALANCE, new WalletApi.BalanceOf(studentId), BALANCE_PATIENCE)
              .await();
      params.put("balance", wallet.balance());
    } catch (OutcomeUnknown | RejectedException unknown) {
      LOG.debug("the balance of a refused booking is not known: {}", unknown.getMessage());
    }
    return BookingApi.INSUFFICIENT_CREDITS.refused(params);
  }

  /** Until a move under way has ended, it is unknown which meeting holds the money. */
  private void endMove(String bookingId) {
    BookingWithMeeting seat = Seats.byId(stores, node.database().read(), bookingId);
    if (seat != null) {
      saga.drive(seat).await();
    }
  }

  /** The booking at its end, or at its beginning where the end is not known yet. */
  private BookingWithMeeting driven(BookingWithMeeting seat) {
    Future<BookingWithMeeting> end = saga.drive(seat);
    try {
      return end.await();
    } catch (OutcomeUnknown | RejectedException | CommitUnknown unknown) {
      leftToWatchdog.increment();
      LOG.debug(
          "booking {} is left to the watchdog: {}", seat.booking().id(), unknown.getMessage());
      return seat;
    }
  }
}
