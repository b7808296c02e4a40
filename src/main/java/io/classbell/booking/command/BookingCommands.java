package io.classbell.booking.command;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Book;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.BookingApi.CancelBooking;
import io.classbell.booking.api.BookingApi.MoveBooking;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Booking.Status;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Move;
import io.classbell.booking.store.BookingStores;
import io.classbell.platform.Failpoint;
import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.db.GroupCommit;
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
  private final GroupCommit<ReserveBatch.Reserve, BookingWithMeeting> reserve;
  private final GroupCommit<CancelBatch.Cancel, CancelBatch.Decision> cancels;
  private final GroupCommit<MoveBatch.Request, MoveBatch.Decision> moves;
  private final Timer bookTime;
  private final Counter leftToWatchdog;

  public BookingCommands(
      CommandGroups groups, BookingStores stores, BookingOutbox messages, BookingSaga saga) {
    this.node = groups.node();
    this.stores = stores;
    this.saga = saga;
    this.funds = new Funds(groups.node().bus());
    var policy = CancellationPolicy.frozen(groups.settings());
    this.reserve =
        groups.of("booking.reserve", new ReserveBatch(stores, messages, node.clock(), policy));
    this.cancels = groups.of("booking.cancel", new CancelBatch(stores, messages, node.clock()));
    this.moves = groups.of("booking.move", new MoveBatch(stores, messages, node.clock()));
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
    BookingWithMeeting seat =
        reserve.run(new ReserveBatch.Reserve(command, funds.of(command.studentId())));
    Failpoint.reach("book.reserved");
    BookingWithMeeting ended = driven(seat);
    if (ended.booking().status() == Status.confirmed) {
      started.stop(bookTime);
    }
    if (ended.booking().status() == Status.rejected) {
      throw rejected(ended.booking());
    }
    return ended.toApi();
  }

  public BookingView cancel(CancelBooking command) {
    for (int attempt = 1; attempt <= MOST_TRIES; attempt++) {
      BookingWithMeeting seat =
          cancels
              .run(
                  new CancelBatch.Cancel(
                      command.bookingId(), command.caller().userId(), command.reason()))
              .seat();
      if (seat != null) {
        Failpoint.reach("cancel.decided");
        return driven(seat).toApi();
      }
      endMove(command.bookingId());
    }
    throw MOVING.refused();
  }

  /** The price is the new slot's; the policy stays as the booking froze it. */
  public BookingView move(MoveBooking command) {
    var request = new MoveBatch.Request(command, funds.of(command.caller().userId()));
    for (int attempt = 1; attempt <= MOST_TRIES; attempt++) {
      BookingWithMeeting seat = moves.run(request).seat();
      if (seat != null) {
        Failpoint.reach("move.reserved");
        BookingWithMeeting ended = driven(seat);
        Move last = ended.booking().move();
        // The command of an earlier move, come again, is answered with the booking as it is.
        boolean stayed =
            last != null
                && last.commandId().equals(command.commandId())
                && ended.booking().movingTo() == null
                && ended.booking().status().live()
                && !ended.meeting().id().equals(command.slotId());
        if (stayed && last != null) {
          throw insufficient(
              ended.booking().studentId(), last.price(), last.price() - ended.booking().price());
        }
        return ended.toApi();
      }
      endMove(command.bookingId());
    }
    throw MOVING.refused();
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

  /** A move under way is ended first: until then nobody knows where the credits are. */
  private void endMove(String bookingId) {
    BookingWithMeeting seat = Seats.byId(stores, node.database().read(), bookingId);
    if (seat != null) {
      saga.drive(seat).await();
    }
  }

  /** The end, or the beginning where the end is not known yet. */
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
