package io.classbell.booking.api;

import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.bus.Task;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.idempotency.CommandKey;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Operations on bookings for other modules. Amounts are minor units, instants UTC. A command's id
 * becomes the id of the object that it creates, so a repeated command creates it once.
 *
 * <p>This class refers to {@link MeetingApi} and never the other way round: a cycle between static
 * initializers could deadlock two threads that load the classes at the same time.
 */
public final class BookingApi {

  public static final RejectionCode NO_BOOKING =
      RejectionCode.notFound("There is no such booking.");
  public static final RejectionCode SLOT_FULL =
      RejectionCode.conflict("slot_full", "Every seat is taken.");
  public static final RejectionCode SLOT_NOT_BOOKABLE =
      RejectionCode.conflict("slot_not_bookable", "This slot can no longer be booked.");
  public static final RejectionCode CLASS_BEGAN =
      RejectionCode.conflict("class_began", "The class began before the credits were held.");
  public static final RejectionCode ALREADY_BOOKED =
      RejectionCode.conflict("already_booked", "You hold a seat in this slot already.");
  public static final RejectionCode OVERLAPPING_BOOKING =
      RejectionCode.conflict("overlapping_booking", "Another of your bookings is at that time.");
  public static final RejectionCode TOO_LATE =
      RejectionCode.conflict("too_late", "It is too late for that.");
  public static final RejectionCode NOT_CONFIRMED =
      RejectionCode.conflict("not_confirmed", "This booking is not confirmed.");
  public static final RejectionCode SAME_SLOT =
      RejectionCode.conflict("same_slot", "The booking is in this slot already.");
  public static final RejectionCode MOVED_TOO_OFTEN =
      RejectionCode.conflict("moved_too_often", "This booking was moved as often as one can be.");
  public static final RejectionCode NOT_MOVABLE =
      RejectionCode.conflict("not_movable", "The booking cannot be moved now.");

  /** The rejection's params are the present terms. */
  public static final RejectionCode TERMS_CHANGED =
      RejectionCode.conflict("terms_changed", "The price or the refund has changed.");

  public static final RejectionCode INSUFFICIENT_CREDITS =
      RejectionCode.conflict("insufficient_credits", "The wallet does not hold enough credits.");

  /**
   * Books a seat and holds its price. Replies when the booking is confirmed or rejected; if the
   * payment is still in progress, with a {@code pending} booking. A booking without sufficient
   * credits is rejected.
   */
  public static final Operation<Book, BookingView> BOOK =
      Operation.of(
          "booking.book",
          Book.class,
          BookingView.class,
          MeetingApi.COMMAND_REUSED,
          MeetingApi.NO_SLOT,
          SLOT_NOT_BOOKABLE,
          ALREADY_BOOKED,
          OVERLAPPING_BOOKING,
          SLOT_FULL,
          TERMS_CHANGED,
          INSUFFICIENT_CREDITS,
          CLASS_BEGAN);

  public static final Operation<BookingById, BookingView> BOOKING =
      Operation.of("booking.booking", BookingById.class, BookingView.class, NO_BOOKING);

  public static final Operation<BookingsOf, Bookings> BOOKINGS =
      Operation.of("booking.bookings", BookingsOf.class, Bookings.class, MeetingApi.INVALID_FIELD);

  /** Returns the times that a student's live bookings occupy in a range, at most 1,000. */
  public static final Operation<AgendaOf, Agenda> AGENDA =
      Operation.of("booking.agenda", AgendaOf.class, Agenda.class);

  /** Returns the exact split if the booking were cancelled now. */
  public static final Operation<BookingById, Cancellation> PREVIEW_CANCELLATION =
      Operation.of(
          "booking.preview-cancellation",
          BookingById.class,
          Cancellation.class,
          NO_BOOKING,
          MeetingApi.NOT_CANCELLABLE,
          TOO_LATE);

  /** Cancels a booking. A repeated cancellation gets the first answer. */
  public static final Operation<CancelBooking, BookingView> CANCEL_BOOKING =
      Operation.of(
          "booking.cancel-booking",
          CancelBooking.class,
          BookingView.class,
          NO_BOOKING,
          MeetingApi.COMMAND_REUSED,
          MeetingApi.NOT_CANCELLABLE,
          TERMS_CHANGED,
          TOO_LATE);

  /** Returns what a move would cost now, or rejects it as the move would be. */
  public static final Operation<PreviewMove, MoveTerms> PREVIEW_MOVE =
      Operation.of(
          "booking.preview-move",
          PreviewMove.class,
          MoveTerms.class,
          NO_BOOKING,
          MeetingApi.NO_SLOT,
          NOT_CONFIRMED,
          SAME_SLOT,
          MOVED_TOO_OFTEN,
          TOO_LATE,
          SLOT_NOT_BOOKABLE,
          ALREADY_BOOKED,
          OVERLAPPING_BOOKING,
          SLOT_FULL);

  /** Returns what the cancellation of a whole meeting would give back now. */
  public static final Operation<PreviewMeetingCancellation, MeetingRefunds>
      PREVIEW_MEETING_CANCELLATION =
          Operation.of(
              "booking.preview-meeting-cancellation",
              PreviewMeetingCancellation.class,
              MeetingRefunds.class,
              MeetingApi.NO_MEETING,
              MeetingApi.NOT_CANCELLABLE);

  public static final Operation<MoveBooking, BookingView> MOVE_BOOKING =
      Operation.of(
          "booking.move-booking",
          MoveBooking.class,
          BookingView.class,
          NO_BOOKING,
          MeetingApi.COMMAND_REUSED,
          MeetingApi.NO_SLOT,
          NOT_CONFIRMED,
          SAME_SLOT,
          MOVED_TOO_OFTEN,
          TOO_LATE,
          SLOT_NOT_BOOKABLE,
          ALREADY_BOOKED,
          OVERLAPPING_BOOKING,
          SLOT_FULL,
          TERMS_CHANGED,
          INSUFFICIENT_CREDITS,
          NOT_MOVABLE);

  /** Returns the caller's own classes as RFC 5545 text. */
  public static final Operation<CalendarOf, Calendar> CALENDAR =
      Operation.of("booking.calendar", CalendarOf.class, Calendar.class);

  /** Returns what is cancelled if an account is disabled or gets another role. */
  public static final Operation<PreviewDeparture, Departure> PREVIEW_DEPARTURE =
      Operation.of("booking.preview-departure", PreviewDeparture.class, Departure.class);

  /** Checks the invariants of the booking tables and those between them and the ledger. */
  public static final Operation<AuditSeats, AuditFindings> AUDIT =
      Operation.of("booking.audit", AuditSeats.class, AuditFindings.class);

  /** Watchdog: completes the pending work of these bookings (holds, settlements, moves). */
  public static final Task<Resume> RESUME = Task.of("booking.resume", Resume.class);

  /**
   * {@code key}: the command's Idempotency-Key, if it has one. {@code expectedPrice}: another price
   * is rejected with {@link #TERMS_CHANGED}.
   */
  public record Book(
      String commandId,
      String studentId,
      String slotId,
      @Nullable CommandKey key,
      @Nullable Long expectedPrice) {

    /** A command without a key. */
    public Book(String commandId, String studentId, String slotId) {
      this(commandId, studentId, slotId, null);
    }

    /** A command that accepts any price. */
    public Book(String commandId, String studentId, String slotId, @Nullable CommandKey key) {
      this(commandId, studentId, slotId, key, null);
    }
  }

  public record BookingById(Caller caller, String bookingId) {}

  public record PreviewMove(Caller caller, String bookingId, String slotId) {}

  /**
   * What a move costs.
   *
   * @param price the new slot's price
   * @param difference what is held in addition; negative if a part of the price is given back
   * @param fullRefundUntil until when the moved booking can be cancelled with a full refund
   */
  public record MoveTerms(
      String slotId,
      long price,
      long currentPrice,
      long difference,
      @Nullable Instant fullRefundUntil) {}

  public record PreviewMeetingCancellation(Caller caller, String meetingId) {}

  /**
   * What the cancellation of a meeting gives back.
   *
   * @param items one for each booking, at most as many as the meeting has seats
   */
  public record MeetingRefunds(
      String meetingId, int bookings, long refund, List<MeetingRefund> items) {}

  public record MeetingRefund(String bookingId, String studentId, long price, long refund) {}

  /** The range is [from, to). */
  public record AgendaOf(String studentId, Instant from, Instant to) {}

  public record Agenda(List<AgendaEntry> entries) {}

  /** A seat; a booking that is moving has one in each of both slots. */
  public record AgendaEntry(String bookingId, String slotId, Instant startsAt, Instant endsAt) {

    public boolean overlaps(Instant from, Instant to) {
      return startsAt.isBefore(to) && endsAt.isAfter(from);
    }
  }

  /** Lists bookings: a student's own, those in a teacher's meetings, or all for an admin. */
  public record BookingsOf(
      Caller caller,
      @Nullable String status,
      @Nullable String cursor,
      int limit,
      @Nullable String studentId,
      @Nullable String teacherId,
      @Nullable String meetingId,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable Order order) {

    /** The bookings of classes at any time, newest first. */
    public BookingsOf(
        Caller caller,
        @Nullable String status,
        @Nullable String cursor,
        int limit,
        @Nullable String studentId,
        @Nullable String teacherId,
        @Nullable String meetingId) {
      this(caller, status, cursor, limit, studentId, teacherId, meetingId, null, null, null);
    }
  }

  /** The order of a list of bookings; newest first if none is given. */
  public enum Order {
    createdAt,
    startsAt
  }

  public record Bookings(List<BookingView> items, @Nullable String nextCursor) {}

  /**
   * {@code refund} is set once the booking's money has been or is being settled or returned; {@code
   * movingTo} while a move is in progress. {@code money}: asked, held, settling, settled, voiding
   * or none. {@code repeated}: true if this answers a command that was answered before, found by
   * its key.
   */
  public record BookingView(
      String id,
      String studentId,
      String status,
      @Nullable String reason,
      String slotId,
      MeetingApi.MeetingView meeting,
      long price,
      Policy policy,
      String attendance,
      Instant createdAt,
      @Nullable Split refund,
      @Nullable String movingTo,
      @Nullable String money,
      @Nullable Boolean repeated) {

    public BookingView asRepeated() {
      return new BookingView(
          id,
          studentId,
          status,
          reason,
          slotId,
          meeting,
          price,
          policy,
          attendance,
          createdAt,
          refund,
          movingTo,
          money,
          Boolean.TRUE);
    }

    /** Whether its payment or a move is still in progress. */
    public boolean underWay() {
      return movingTo != null
          || status.equals("pending")
          || "voiding".equals(money)
          || (refund != null && !refund.posted());
    }
  }

  /**
   * The cancellation policy at the time of booking: tiers, earliest first, and the fee in percent.
   */
  public record Policy(List<Tier> tiers, int feePercent) {}

  /**
   * The percentage that the student gets back for cancelling at least this long before the start
   * (ISO-8601 duration, inclusive).
   */
  public record Tier(java.time.Duration before, int studentPercent) {}

  /** Parts of a price; they add up to it exactly. {@code posted}: the ledger has it. */
  public record Split(long student, long teacher, long fee, String rule, boolean posted) {}

  public record Cancellation(
      long price,
      long refund,
      long teacher,
      long fee,
      String rule,
      @Nullable Instant fullRefundUntil) {}

  public record CancelBooking(
      String commandId,
      Caller caller,
      String bookingId,
      @Nullable String reason,
      @Nullable CommandKey key,
      @Nullable Long expectedRefund) {

    /** A command without a key. */
    public CancelBooking(
        String commandId, Caller caller, String bookingId, @Nullable String reason) {
      this(commandId, caller, bookingId, reason, null);
    }

    /** A command that accepts any refund. */
    public CancelBooking(
        String commandId,
        Caller caller,
        String bookingId,
        @Nullable String reason,
        @Nullable CommandKey key) {
      this(commandId, caller, bookingId, reason, key, null);
    }
  }

  public record MoveBooking(
      String commandId,
      Caller caller,
      String bookingId,
      String slotId,
      @Nullable CommandKey key,
      @Nullable Long expectedPrice) {

    /** A command without a key. */
    public MoveBooking(String commandId, Caller caller, String bookingId, String slotId) {
      this(commandId, caller, bookingId, slotId, null);
    }

    /** A command that accepts any price. */
    public MoveBooking(
        String commandId,
        Caller caller,
        String bookingId,
        String slotId,
        @Nullable CommandKey key) {
      this(commandId, caller, bookingId, slotId, key, null);
    }
  }

  /** {@code locale} is the language of the calendar's name; English where it is null. */
  public record CalendarOf(Caller caller, @Nullable String locale) {}

  public record Calendar(String ics) {}

  /**
   * @param role the role that the user would leave
   */
  public record PreviewDeparture(String userId, Caller.Role role) {}

  /**
   * What is cancelled if a user leaves a role. The lists have at most 100 items, the numbers count
   * all.
   *
   * @param students bookings in the classes, each with a full refund
   * @param classRefund what all students of the classes get back
   * @param bookingRefund what the user gets back for own bookings
   */
  public record Departure(
      int classCount,
      int students,
      long classRefund,
      List<DepartingClass> classes,
      int bookingCount,
      long bookingRefund,
      List<DepartingBooking> bookings) {}

  public record DepartingClass(
      String id, String title, Instant startsAt, String status, int bookings, long refund) {}

  public record DepartingBooking(
      String id, String meetingId, String title, Instant startsAt, long price, long refund) {}

  public record AuditSeats() {}

  public record Resume(List<String> bookingIds) {}

  /** Returns the rejection for a booking that was rejected for this reason. */
  public static RejectionCode rejection(@Nullable String reason) {
    return Stream.of(INSUFFICIENT_CREDITS, CLASS_BEGAN)
        .filter(known -> known.code().equals(reason))
        .findFirst()
        .orElse(SLOT_NOT_BOOKABLE);
  }

  /** Returns the rejection for a student whose move the wallet rejected with this code. */
  public static RejectionCode moveRejection(String code) {
    return INSUFFICIENT_CREDITS.code().equals(code) ? INSUFFICIENT_CREDITS : NOT_MOVABLE;
  }

  private BookingApi() {}
}
