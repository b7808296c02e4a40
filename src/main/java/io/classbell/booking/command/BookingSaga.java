package io.classbell.booking.command;

import io.classbell.booking.decision.BookingCommand;
import io.classbell.booking.decision.Decision;
import io.classbell.booking.decision.SettlementDecisions;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Move;
import io.classbell.booking.model.PendingAction;
import io.classbell.booking.model.Settlement;
import io.classbell.platform.Failpoint;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.node.Node;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives what a booking has under way to its end: asks the wallet, records the answer, until
 * nothing is left to ask. Every step is idempotent, so any node may take it up wherever another
 * left it; what a step waits for is told by the row alone.
 *
 * <p>Failpoints: {@code hold.answered}, {@code booking.confirmed}, {@code settle.answered}, {@code
 * settle.recorded}, {@code void.answered}, {@code carry.answered}, {@code move.ended}.
 */
public final class BookingSaga {
  private static final Logger LOG = LoggerFactory.getLogger(BookingSaga.class);

  /** Less than the caller's own time: it is to hear that the booking is pending. */
  private static final Duration WALLET_TIME = Duration.ofSeconds(4);

  /** The longest way: a move ends, its meeting was cancelled, the credits go back. */
  private static final int MOST_STEPS = 4;

  private final Node node;
  private final GroupCommit<BookingCommand, Decision> confirm;
  private final GroupCommit<BookingCommand, Decision> settled;
  private final GroupCommit<BookingCommand, Decision> moveEnd;

  public BookingSaga(CommandGroups groups, BookingTransaction transaction) {
    this.node = groups.node();
    this.confirm = groups.of("booking.confirm", transaction);
    this.settled = groups.of("booking.settled", transaction);
    this.moveEnd = groups.of("booking.moved", transaction);
  }

  /**
   * To the end. Fails where the outcome is not known yet; the watchdog goes on then.
   *
   * @return the booking as it ended
   */
  public Future<BookingWithMeeting> drive(BookingWithMeeting seat) {
    return drive(seat, MOST_STEPS);
  }

  private Future<BookingWithMeeting> drive(BookingWithMeeting seat, int stepsLeft) {
    PendingAction step = PendingAction.of(seat.booking());
    if (step == PendingAction.NONE) {
      return Future.succeededFuture(seat);
    }
    if (stepsLeft == 0) {
      return Future.failedFuture(
          new IllegalStateException("booking " + seat.booking().id() + " does not come to an end"));
    }
    Future<BookingWithMeeting> next =
        switch (step) {
          case HOLD -> hold(seat);
          case CARRY_HOLD -> carry(seat);
          case SETTLE -> settle(seat);
          case VOID_HOLD -> giveUp(seat);
          case NONE -> Future.succeededFuture(seat);
        };
    return next.compose(after -> drive(after, stepsLeft - 1));
  }

  private Future<BookingWithMeeting> hold(BookingWithMeeting seat) {
    Booking booking = seat.booking();
    var hold =
        new WalletApi.Hold(
            booking.id(),
            booking.meetingId(),
            booking.studentId(),
            booking.price(),
            seat.meeting().title());
    return node.bus()
        .ask(WalletApi.HOLD, hold, WALLET_TIME)
        .transform(
            answer -> {
              String code = answer.failed() ? definiteNo(answer.cause()) : null;
              if (answer.failed() && code == null) {
                return Future.failedFuture(answer.cause());
              }
              Failpoint.reach("hold.answered");
              return confirm.submit(new BookingCommand.RecordHold(seat, code));
            })
        .map(decision -> reached("booking.confirmed", decided(decision)));
  }

  private Future<BookingWithMeeting> carry(BookingWithMeeting seat) {
    Booking booking = seat.booking();
    Move move = Objects.requireNonNull(booking.move());
    var carry =
        new WalletApi.MoveHold(
            move.walletCommandId(booking.id(), booking.sequence()),
            booking.id(),
            move.fromMeetingId(),
            move.toMeetingId(),
            move.price(),
            move.title());
    return node.bus()
        .ask(WalletApi.MOVE_HOLD, carry, WALLET_TIME)
        .transform(
            answer -> {
              String code = answer.failed() ? definiteNo(answer.cause()) : null;
              if (answer.failed() && code == null) {
                return Future.failedFuture(answer.cause());
              }
              if (code != null && !code.equals(WalletApi.INSUFFICIENT_CREDITS.code())) {
                LOG.error("booking {} cannot be moved: {}", booking.id(), code);
              }
              Failpoint.reach("carry.answered");
              return moveEnd.submit(new BookingCommand.EndMove(booking.id(), move, code));
            })
        .map(decision -> reached("move.ended", decided(decision)));
  }

  private Future<BookingWithMeeting> settle(BookingWithMeeting seat) {
    Booking booking = seat.booking();
    Settlement s = Objects.requireNonNull(booking.settlement());
    var settle =
        new WalletApi.Settle(
            booking.id(),
            booking.meetingId(),
            booking.studentId(),
            booking.teacherId(),
            s.student(),
            s.teacher(),
            s.fee(),
            s.kind(),
            s.rule(),
            seat.meeting().title(),
            s.actorId());
    return node.bus()
        .ask(WalletApi.SETTLE, settle, WALLET_TIME)
        .compose(
            answer -> {
              Failpoint.reach("settle.answered");
              return settled.submit(new BookingCommand.RecordSettlement(seat, answer));
            })
        .map(decision -> reached("settle.recorded", decided(decision)));
  }

  private Future<BookingWithMeeting> giveUp(BookingWithMeeting seat) {
    Booking booking = seat.booking();
    var giveUp =
        new WalletApi.VoidHold(
            booking.id(),
            booking.meetingId(),
            booking.studentId(),
            SettlementDecisions.voidRule(booking).code(),
            seat.meeting().title());
    return node.bus()
        .ask(WalletApi.VOID_HOLD, giveUp, WALLET_TIME)
        .compose(
            answer -> {
              Failpoint.reach("void.answered");
              return settled.submit(new BookingCommand.RecordSettlement(seat, answer));
            })
        .map(decision -> reached("settle.recorded", decided(decision)));
  }

  /** The code of a refusal that stays; null where asking again may give another answer. */
  private static @Nullable String definiteNo(Throwable cause) {
    return cause instanceof RejectedException refused && !refused.failure().retryable()
        ? refused.failure().code()
        : null;
  }

  /** These commands have no other decision than a booking. */
  static BookingWithMeeting decided(Decision decision) {
    if (decision instanceof Decision.BookingDecided decided) {
      return decided.booking();
    }
    throw new IllegalStateException("unexpected decision " + decision);
  }

  private static BookingWithMeeting reached(String failpoint, BookingWithMeeting seat) {
    Failpoint.reach(failpoint);
    return seat;
  }
}
