package io.classbell.booking.decision;

import io.classbell.booking.api.BookingApi.Book;
import io.classbell.booking.api.BookingApi.MoveBooking;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.DecideReview;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Move;
import io.classbell.platform.idempotency.CommandKey;
import io.classbell.wallet.api.WalletApi;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Everything that changes bookings, except the milestones of a meeting. Each command declares what
 * must be loaded and locked before {@link BookingDecider} decides it.
 */
public sealed interface BookingCommand {

  /** Adds what this command needs to what its group needs. */
  void declare(LoadPlan plan);

  /** The Idempotency-Key under which the command's outcome is stored; null if it has none. */
  default @Nullable CommandKey key() {
    return null;
  }

  /**
   * A student takes a seat; the price is held by the wallet afterwards.
   *
   * @param credits what the student can pay, as read before, in minor units; the ledger decides
   * @param isOffered whether the slot's teacher may offer it, as read before
   */
  record Reserve(Book book, long credits, boolean isOffered) implements BookingCommand {
    @Override
    public void declare(LoadPlan plan) {
      plan.agenda(book.studentId())
          .meeting(book.slotId())
          .knownBooking(book.commandId())
          .timesOf(book.studentId(), book.slotId())
          .credits(book.studentId(), book.slotId(), credits);
    }

    @Override
    public @Nullable CommandKey key() {
      return book.key();
    }

    boolean pays(Meeting slot) {
      return credits >= slot.price();
    }
  }

  /**
   * The wallet has answered whether it holds the price of a booking.
   *
   * @param pending the booking as it was when the wallet was asked
   * @param rejection the code of the wallet's rejection; null where the price is held
   */
  record RecordHold(BookingWithMeeting pending, @Nullable String rejection)
      implements BookingCommand {
    @Override
    public void declare(LoadPlan plan) {
      plan.pendingBooking(pending);
      if (rejection != null || isLate(plan.now())) {
        plan.meeting(pending.meeting().id());
      }
    }

    /** Whether the class began before the price was held. */
    boolean isLate(Instant now) {
      return !now.isBefore(pending.meeting().startsAt());
    }
  }

  /** A student cancels a booking. */
  record Cancel(
      String bookingId,
      String studentId,
      @Nullable String reason,
      @Nullable CommandKey key,
      @Nullable Long expectedRefund)
      implements BookingCommand {

    /** A command without a key. */
    public Cancel(String bookingId, String studentId, @Nullable String reason) {
      this(bookingId, studentId, reason, null, null);
    }

    @Override
    public void declare(LoadPlan plan) {
      plan.bookingAndItsMeeting(bookingId);
    }
  }

  /**
   * A student moves a booking: the second seat is taken, the wallet moves the hold afterwards.
   *
   * @param credits what the student can pay, as read before, in minor units; the ledger decides
   * @param isOffered whether the new slot's teacher may offer it, as read before
   */
  record BeginMove(MoveBooking move, long credits, boolean isOffered) implements BookingCommand {
    @Override
    public void declare(LoadPlan plan) {
      plan.agenda(move.caller().userId())
          .meeting(move.slotId())
          .bookingAndItsMeeting(move.bookingId())
          .timesOf(move.caller().userId(), move.slotId());
    }

    @Override
    public @Nullable CommandKey key() {
      return move.key();
    }

    /** Whether what is held for the booking and the credits in the wallet cover the new price. */
    boolean pays(Booking booking, Meeting to) {
      return credits >= to.price() - booking.price();
    }
  }

  /**
   * The wallet has answered whether it moved the hold of a booking.
   *
   * @param rejection the code of the wallet's rejection; null where the hold is moved
   */
  record EndMove(String bookingId, Move move, @Nullable String rejection)
      implements BookingCommand {
    @Override
    public void declare(LoadPlan plan) {
      plan.meeting(move.fromMeetingId()).meeting(move.toMeetingId()).booking(bookingId);
    }
  }

  /**
   * The wallet has posted the settlement of a booking, or given up its hold.
   *
   * @param asked the booking as it was when the wallet was asked
   */
  record RecordSettlement(BookingWithMeeting asked, WalletApi.Settled answer)
      implements BookingCommand {
    @Override
    public void declare(LoadPlan plan) {
      plan.booking(asked.booking().id()).meetingAsKnown(asked.meeting());
    }
  }

  /** A teacher or an admin cancels a whole meeting. */
  record CancelMeeting(MeetingApi.CancelMeeting cancel) implements BookingCommand {
    @Override
    public void declare(LoadPlan plan) {
      plan.meeting(cancel.meetingId()).liveBookingsOf(cancel.meetingId());
    }
  }

  /** A change of a dispute about a booking. */
  record OnDispute(DisputeCommand command) implements BookingCommand {
    @Override
    public void declare(LoadPlan plan) {
      plan.bookingAndItsMeeting(command.bookingId()).disputeOf(command.bookingId());
    }
  }

  /** An admin decides the review of a meeting that somebody missed. */
  record Review(DecideReview review, Verdict verdict) implements BookingCommand {
    @Override
    public void declare(LoadPlan plan) {
      plan.meeting(review.meetingId()).liveBookingsOf(review.meetingId());
    }
  }
}
