package io.classbell.booking;

import io.classbell.platform.audit.Findings;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.bus.Refusal;
import io.classbell.platform.outbox.Task;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What others may ask of slots, meetings and bookings. Amounts are minor units, instants UTC. A
 * command's id becomes the id of what it makes, so the same command makes it once.
 */
public final class BookingApi {

  public static final Refusal NO_SLOT = Refusal.notFound("There is no such slot.");
  public static final Refusal NO_BOOKING = Refusal.notFound("There is no such booking.");
  public static final Refusal NO_MEETING = Refusal.notFound("There is no such meeting.");
  public static final Refusal INVALID_FIELD =
      Refusal.invalid("invalid", "A field cannot be taken.");
  public static final Refusal COMMAND_REUSED =
      new Refusal(
          422, "idempotency_key_reused", "This command id was used for another command.", false);
  public static final Refusal OVERLAPPING_SLOT =
      Refusal.conflict("overlapping_slot", "Another of your slots is at that time.");
  public static final Refusal SLOT_FULL = Refusal.conflict("slot_full", "Every seat is taken.");
  public static final Refusal SLOT_NOT_BOOKABLE =
      Refusal.conflict("slot_not_bookable", "This slot can no longer be booked.");
  public static final Refusal CLASS_BEGAN =
      Refusal.conflict("class_began", "The class began before the credits were held.");
  public static final Refusal ALREADY_BOOKED =
      Refusal.conflict("already_booked", "You hold a seat in this slot already.");
  public static final Refusal OVERLAPPING_BOOKING =
      Refusal.conflict("overlapping_booking", "Another of your bookings is at that time.");
  public static final Refusal TOO_LATE = Refusal.conflict("too_late", "It is too late for that.");
  public static final Refusal NOT_CANCELLABLE =
      Refusal.conflict("not_cancellable", "This can no longer be cancelled.");
  public static final Refusal NOT_CONFIRMED =
      Refusal.conflict("not_confirmed", "This booking is not confirmed.");
  public static final Refusal SAME_SLOT =
      Refusal.conflict("same_slot", "The booking is in this slot already.");
  public static final Refusal NOT_OPEN =
      Refusal.conflict("meeting_not_open", "The meeting is not open.");
  public static final Refusal NOT_IN_REVIEW =
      Refusal.conflict("not_in_review", "No decision is waited for.");
  public static final Refusal INSUFFICIENT_CREDITS =
      Refusal.conflict("insufficient_credits", "The wallet does not hold enough credits.");

  public static final Operation<CreateSlot, Meeting> CREATE_SLOT =
      Operation.of(
          "booking.create-slot",
          CreateSlot.class,
          Meeting.class,
          INVALID_FIELD,
          COMMAND_REUSED,
          OVERLAPPING_SLOT);
  public static final Operation<CreateSeries, Series> CREATE_SERIES =
      Operation.of(
          "booking.create-series", CreateSeries.class, Series.class, INVALID_FIELD, COMMAND_REUSED);
  public static final Operation<TeacherSlots, Meetings> TEACHER_SLOTS =
      Operation.of("booking.teacher-slots", TeacherSlots.class, Meetings.class, INVALID_FIELD);
  public static final Operation<SearchSlots, Meetings> SEARCH_SLOTS =
      Operation.of("booking.search-slots", SearchSlots.class, Meetings.class, INVALID_FIELD);

  /** Who may see it: anybody a scheduled or open slot; only its people and admins an ended one. */
  public static final Operation<MeetingById, Meeting> MEETING =
      Operation.of("booking.meeting", MeetingById.class, Meeting.class, NO_MEETING);

  /**
   * Takes a seat and its price. Answers when the booking is confirmed or refused; a booking whose
   * money is still on its way is answered as {@code pending}. Rejections for want of credits are
   * refusals.
   */
  public static final Operation<Book, Booking> BOOK =
      Operation.of(
          "booking.book",
          Book.class,
          Booking.class,
          COMMAND_REUSED,
          NO_SLOT,
          SLOT_NOT_BOOKABLE,
          ALREADY_BOOKED,
          OVERLAPPING_BOOKING,
          SLOT_FULL,
          INSUFFICIENT_CREDITS,
          CLASS_BEGAN);

  public static final Operation<BookingById, Booking> BOOKING =
      Operation.of("booking.booking", BookingById.class, Booking.class, NO_BOOKING);
  public static final Operation<BookingsOf, Bookings> BOOKINGS =
      Operation.of("booking.bookings", BookingsOf.class, Bookings.class, INVALID_FIELD);

  /** The exact split if it were cancelled now. */
  public static final Operation<BookingById, Cancellation> PREVIEW_CANCELLATION =
      Operation.of(
          "booking.preview-cancellation",
          BookingById.class,
          Cancellation.class,
          NO_BOOKING,
          NOT_CANCELLABLE,
          TOO_LATE);

  /** Cancelling twice gives the first answer again. */
  public static final Operation<CancelBooking, Booking> CANCEL_BOOKING =
      Operation.of(
          "booking.cancel-booking",
          CancelBooking.class,
          Booking.class,
          NO_BOOKING,
          NOT_CANCELLABLE,
          TOO_LATE);

  public static final Operation<MoveBooking, Booking> MOVE_BOOKING =
      Operation.of(
          "booking.move-booking",
          MoveBooking.class,
          Booking.class,
          NO_BOOKING,
          COMMAND_REUSED,
          NO_SLOT,
          NOT_CONFIRMED,
          SAME_SLOT,
          TOO_LATE,
          SLOT_NOT_BOOKABLE,
          ALREADY_BOOKED,
          OVERLAPPING_BOOKING,
          SLOT_FULL,
          INSUFFICIENT_CREDITS);
  public static final Operation<CancelMeeting, Meeting> CANCEL_MEETING =
      Operation.of(
          "booking.cancel-meeting",
          CancelMeeting.class,
          Meeting.class,
          NO_MEETING,
          NOT_CANCELLABLE);
  public static final Operation<JoinMeeting, Joined> JOIN =
      Operation.of("booking.join", JoinMeeting.class, Joined.class, NO_MEETING, NOT_OPEN);
  public static final Operation<JoinMeeting, Joined> LEAVE =
      Operation.of("booking.leave", JoinMeeting.class, Joined.class, NO_MEETING, NOT_OPEN);
  public static final Operation<ListReviews, Meetings> LIST_REVIEWS =
      Operation.of("booking.list-reviews", ListReviews.class, Meetings.class);
  public static final Operation<DecideReview, Meeting> DECIDE_REVIEW =
      Operation.of(
          "booking.decide-review",
          DecideReview.class,
          Meeting.class,
          INVALID_FIELD,
          NO_MEETING,
          NOT_IN_REVIEW);

  /** The caller's own classes, as RFC 5545 text. */
  public static final Operation<CalendarOf, Calendar> CALENDAR =
      Operation.of("booking.calendar", CalendarOf.class, Calendar.class);

  /** The invariants that the booking tables can prove, and those across to the ledger. */
  public static final Operation<AuditSeats, Findings> AUDIT =
      Operation.of("booking.audit", AuditSeats.class, Findings.class);

  /** Watchdog: drive what these bookings have under way (holds, settlements, moves) to its end. */
  public static final Task<Resume> RESUME = Task.of("booking.resume", Resume.class);

  /** The next thing in a meeting's life is due. */
  public static final Task<Milestone> MILESTONE = Task.of("booking.milestone", Milestone.class);

  public record CreateSlot(
      String commandId,
      String teacherId,
      String title,
      Instant startsAt,
      int durationMinutes,
      int capacity,
      long price) {}

  /** {@code firstStartsAt} is wall time without offset in {@code timezone}; RRULE as RFC 5545. */
  public record CreateSeries(
      String commandId,
      String teacherId,
      String title,
      String firstStartsAt,
      String timezone,
      String rrule,
      int durationMinutes,
      int capacity,
      long price) {}

  public record Series(String id, List<Meeting> created, List<Conflict> conflicts) {}

  /** An occurrence that made no slot, or one that daylight saving moved ({@code created} then). */
  public record Conflict(String localStartsAt, Instant startsAt, String code, String detail) {}

  public record TeacherSlots(
      String teacherId,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String cursor,
      int limit) {}

  public record SearchSlots(
      @Nullable String teacherId,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String cursor,
      int limit) {}

  public record Meetings(List<Meeting> items, @Nullable String nextCursor) {}

  public record MeetingById(Caller caller, String meetingId) {}

  /** {@code status}: scheduled, open, closed, cancelled, expired. HTTP adds the teacher's name. */
  public record Meeting(
      String id,
      String title,
      String teacherId,
      Instant startsAt,
      int durationMinutes,
      int capacity,
      int seatsTaken,
      long price,
      String status,
      boolean requiresManualReview,
      List<ReviewReason> reviewReasons,
      @Nullable String seriesId,
      @Nullable Instant openedAt,
      @Nullable Instant closedAt,
      @Nullable String cancelReason,
      @Nullable ReviewDecision reviewDecision) {}

  /** Who did not come, and why that is for an admin to judge. */
  public record ReviewReason(String userId, String code) {
    public static final String TEACHER_ABSENT = "teacher_absent";
    public static final String STUDENT_ABSENT = "student_absent";

    /** The class was not open while it should have been: nobody could come. */
    public static final String PLATFORM_AWAY = "platform_away";
  }

  public record ReviewDecision(
      String decision, int studentPercent, String note, String adminId, Instant at) {}

  public record Book(String commandId, String studentId, String slotId) {}

  public record BookingById(Caller caller, String bookingId) {}

  /** A student's own; for a teacher, those in the own meetings; for an admin, all. */
  public record BookingsOf(
      Caller caller,
      @Nullable String status,
      @Nullable String cursor,
      int limit,
      @Nullable String studentId,
      @Nullable String teacherId,
      @Nullable String meetingId) {}

  public record Bookings(List<Booking> items, @Nullable String nextCursor) {}

  /**
   * {@code refund} is there once the booking's money was (or is being) settled or given back;
   * {@code movingTo} while a move is under way. {@code money}: asked, held, settling, settled,
   * voiding or none.
   */
  public record Booking(
      String id,
      String studentId,
      String status,
      @Nullable String reason,
      String slotId,
      Meeting meeting,
      long price,
      Policy policy,
      String attendance,
      Instant createdAt,
      @Nullable Split refund,
      @Nullable String movingTo,
      @Nullable String money) {

    /** Whether its credits, or its seat, are still on their way. */
    public boolean underWay() {
      return movingTo != null
          || status.equals("pending")
          || "voiding".equals(money)
          || (refund != null && !refund.posted());
    }
  }

  /** The frozen policy: tiers from the earliest on, the fee in percent. */
  public record Policy(List<Tier> tiers, int feePercent) {}

  /**
   * From this long before start (ISO-8601 duration, inclusive) the student gets that percentage.
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
      String commandId, Caller caller, String bookingId, @Nullable String reason) {}

  public record MoveBooking(String commandId, Caller caller, String bookingId, String slotId) {}

  public record CancelMeeting(
      String commandId, Caller caller, String meetingId, @Nullable String reason) {}

  public record JoinMeeting(String commandId, Caller caller, String meetingId) {}

  /** {@code joinUrl} is null when leaving. */
  public record Joined(String meetingId, @Nullable String joinUrl, Instant at) {}

  public record ListReviews(@Nullable String cursor, int limit) {}

  /** {@code decision}: refund_students, pay_teacher or split (with {@code studentPercent}). */
  public record DecideReview(
      String commandId,
      Caller admin,
      String meetingId,
      String decision,
      @Nullable Integer studentPercent,
      String note) {}

  public record CalendarOf(Caller caller) {}

  public record Calendar(String ics) {}

  public record AuditSeats() {}

  public record Resume(List<String> bookingIds) {}

  /** {@code name}: reminder (with {@code before}), open, start, close or release. */
  public record Milestone(String meetingId, String name, @Nullable String detail) {}

  /** What a booking that was rejected for this reason is answered with. */
  public static Refusal rejection(@Nullable String reason) {
    return Stream.of(INSUFFICIENT_CREDITS, CLASS_BEGAN)
        .filter(known -> known.code().equals(reason))
        .findFirst()
        .orElse(SLOT_NOT_BOOKABLE);
  }

  private BookingApi() {}
}
