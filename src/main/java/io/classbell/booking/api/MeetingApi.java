package io.classbell.booking.api;

import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Event;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.bus.Task;
import io.classbell.platform.failure.RejectionCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operations on slots and meetings for other modules. A slot and its meeting are the same object.
 * Amounts are minor units, instants UTC. A command's id becomes the id of the object that it
 * creates, so a repeated command creates it once.
 */
public final class MeetingApi {

  public static final RejectionCode NO_SLOT = RejectionCode.notFound("There is no such slot.");
  public static final RejectionCode INVALID_FIELD =
      RejectionCode.invalid("invalid", "A field is not valid.");
  public static final RejectionCode COMMAND_REUSED =
      new RejectionCode(
          422, "idempotency_key_reused", "This command id was used for another command.", false);
  public static final RejectionCode NOT_CANCELLABLE =
      RejectionCode.conflict("not_cancellable", "This can no longer be cancelled.");
  public static final RejectionCode NO_MEETING =
      RejectionCode.notFound("There is no such meeting.");
  public static final RejectionCode OVERLAPPING_SLOT =
      RejectionCode.conflict("overlapping_slot", "Another of your slots is at that time.");
  public static final RejectionCode SLOT_BOOKED =
      RejectionCode.conflict("slot_booked", "This slot is booked; cancel the class instead.");
  public static final RejectionCode SLOT_OVER =
      RejectionCode.conflict("slot_not_changeable", "This slot has started or was cancelled.");
  public static final RejectionCode NOT_OPEN =
      RejectionCode.conflict("meeting_not_open", "The meeting is not open.");
  public static final RejectionCode NOT_IN_REVIEW =
      RejectionCode.conflict("not_in_review", "No decision is waited for.");

  public static final Operation<CreateSlot, MeetingView> CREATE_SLOT =
      Operation.of(
          "booking.create-slot",
          CreateSlot.class,
          MeetingView.class,
          INVALID_FIELD,
          COMMAND_REUSED,
          OVERLAPPING_SLOT);

  /** Changes a slot that nobody has booked. */
  public static final Operation<UpdateSlot, MeetingView> UPDATE_SLOT =
      Operation.of(
          "booking.update-slot",
          UpdateSlot.class,
          MeetingView.class,
          INVALID_FIELD,
          NO_SLOT,
          SLOT_BOOKED,
          SLOT_OVER);

  /** Cancels a slot that nobody has booked, without notice; does nothing if it is cancelled. */
  public static final Operation<DeleteSlot, Ack> DELETE_SLOT =
      Operation.of(
          "booking.delete-slot", DeleteSlot.class, Ack.class, NO_SLOT, SLOT_BOOKED, SLOT_OVER);

  /** Returns what {@link #CREATE_SERIES} would create now. */
  public static final Operation<CreateSeries, SeriesPreview> PREVIEW_SERIES =
      Operation.of(
          "booking.preview-series", CreateSeries.class, SeriesPreview.class, INVALID_FIELD);

  /** Cancels all classes of a teacher that start in a range, or returns what that would do. */
  public static final Operation<DeclareAbsence, Absence> ABSENCE =
      Operation.of("booking.absence", DeclareAbsence.class, Absence.class, INVALID_FIELD);

  public static final Operation<CreateSeries, Series> CREATE_SERIES =
      Operation.of(
          "booking.create-series",
          CreateSeries.class,
          Series.class,
          INVALID_FIELD,
          COMMAND_REUSED,
          OVERLAPPING_SLOT);

  public static final Operation<TeacherSlots, Meetings> TEACHER_SLOTS =
      Operation.of("booking.teacher-slots", TeacherSlots.class, Meetings.class, INVALID_FIELD);

  public static final Operation<SearchSlots, Meetings> SEARCH_SLOTS =
      Operation.of("booking.search-slots", SearchSlots.class, Meetings.class, INVALID_FIELD);

  /** Returns how many bookable slots start on each day. */
  public static final Operation<CountDays, DayTotals> COUNT_DAYS =
      Operation.of("booking.count-days", CountDays.class, DayTotals.class, INVALID_FIELD);

  /**
   * Returns a meeting. Scheduled and open meetings are public; an ended one is visible to its
   * teacher, its students and admins.
   */
  public static final Operation<MeetingById, MeetingView> MEETING =
      Operation.of("booking.meeting", MeetingById.class, MeetingView.class, NO_MEETING);

  /**
   * Returns a slot to anybody while it is scheduled or open; to others as {@link #MEETING} does.
   */
  public static final Operation<SlotById, MeetingView> SLOT =
      Operation.of("booking.slot", SlotById.class, MeetingView.class, NO_SLOT);

  public static final Operation<CancelMeeting, MeetingView> CANCEL_MEETING =
      Operation.of(
          "booking.cancel-meeting",
          CancelMeeting.class,
          MeetingView.class,
          NO_MEETING,
          NOT_CANCELLABLE);

  public static final Operation<JoinMeeting, Joined> JOIN =
      Operation.of("booking.join", JoinMeeting.class, Joined.class, NO_MEETING, NOT_OPEN);

  public static final Operation<JoinMeeting, Joined> LEAVE =
      Operation.of("booking.leave", JoinMeeting.class, Joined.class, NO_MEETING, NOT_OPEN);

  public static final Operation<ListReviews, Meetings> LIST_REVIEWS =
      Operation.of("booking.list-reviews", ListReviews.class, Meetings.class);

  public static final Operation<DecideReview, MeetingView> DECIDE_REVIEW =
      Operation.of(
          "booking.decide-review",
          DecideReview.class,
          MeetingView.class,
          INVALID_FIELD,
          NO_MEETING,
          NOT_IN_REVIEW);

  /** Counts reviews that wait and meetings that are open, for the operations board. */
  public static final Operation<CountMeetings, MeetingCounts> COUNTS =
      Operation.of("booking.counts", CountMeetings.class, MeetingCounts.class);

  /** Slots changed: seats were taken or freed, or the status changed. At most once; coalesced. */
  public static final Event<SlotsChanged> SLOTS_CHANGED =
      Event.of("booking.slots-changed", SlotsChanged.class);

  /** Somebody joined or left a meeting. At most once. */
  public static final Event<PresenceChanged> PRESENCE_CHANGED =
      Event.of("booking.presence-changed", PresenceChanged.class);

  /** The next milestone of a meeting is due. */
  public static final Task<Milestone> MILESTONE = Task.of("booking.milestone", Milestone.class);

  /** {@code timezone} is the teacher's: the slot's wall time in it is recorded. */
  public record CreateSlot(
      String commandId,
      String teacherId,
      String title,
      Instant startsAt,
      int durationMinutes,
      int capacity,
      long price,
      @Nullable String timezone,
      @Nullable String description,
      @Nullable String subject,
      @Nullable String language) {

    /** Creates a command for a slot without details. */
    public CreateSlot(
        String commandId,
        String teacherId,
        String title,
        Instant startsAt,
        int durationMinutes,
        int capacity,
        long price,
        @Nullable String timezone) {
      this(
          commandId,
          teacherId,
          title,
          startsAt,
          durationMinutes,
          capacity,
          price,
          timezone,
          null,
          null,
          null);
    }
  }

  /** Fields that are null do not change; an empty text removes it. */
  public record UpdateSlot(
      String teacherId,
      String slotId,
      @Nullable String title,
      @Nullable Integer capacity,
      @Nullable Long price,
      @Nullable String description,
      @Nullable String subject,
      @Nullable String language) {}

  public record DeleteSlot(String teacherId, String slotId) {}

  public record SeriesPreview(List<PlannedSlot> slots, List<Conflict> conflicts) {}

  public record PlannedSlot(String localStartsAt, Instant startsAt, Instant endsAt) {}

  /**
   * The range is [from, to).
   *
   * @param dryRun whether nothing is cancelled
   */
  public record DeclareAbsence(
      String commandId,
      Caller caller,
      Instant from,
      Instant to,
      @Nullable String reason,
      boolean dryRun) {}

  /** The classes that are cancelled, and what the students get back, in minor units. */
  public record Absence(
      boolean dryRun, int meetings, int bookings, long refund, List<AbsentMeeting> items) {}

  public record AbsentMeeting(
      String meetingId, String title, Instant startsAt, int bookings, long refund) {}

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
      long price,
      @Nullable String description,
      @Nullable String subject,
      @Nullable String language) {

    /** Creates a command for slots without details. */
    public CreateSeries(
        String commandId,
        String teacherId,
        String title,
        String firstStartsAt,
        String timezone,
        String rrule,
        int durationMinutes,
        int capacity,
        long price) {
      this(
          commandId,
          teacherId,
          title,
          firstStartsAt,
          timezone,
          rrule,
          durationMinutes,
          capacity,
          price,
          null,
          null,
          null);
    }
  }

  public record Series(String id, List<MeetingView> created, List<Conflict> conflicts) {}

  /** An occurrence that made no slot, or one that daylight saving moved ({@code created} then). */
  public record Conflict(String localStartsAt, Instant startsAt, String code, String detail) {
    public static final String IN_THE_PAST = "in_the_past";
  }

  public record TeacherSlots(
      String teacherId,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String cursor,
      int limit) {}

  /** {@code filter} is null for all slots. */
  public record SearchSlots(
      @Nullable String teacherId,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String cursor,
      int limit,
      @Nullable SlotFilter filter) {

    /** All slots of a teacher or of everybody in a range. */
    public SearchSlots(
        @Nullable String teacherId,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable String cursor,
        int limit) {
      this(teacherId, from, to, cursor, limit, null);
    }
  }

  /**
   * Conditions of a search; a slot meets all that are given.
   *
   * @param text a part of the title, the subject or the description
   * @param minPrice in minor units, inclusive
   * @param maxPrice in minor units, inclusive
   * @param withFreeSeat whether full slots are left out
   * @param maxDuration in minutes, inclusive
   * @param subject the whole subject, in any case
   * @param language a BCP 47 tag, or the beginning of one: en finds en-GB
   */
  public record SlotFilter(
      @Nullable String text,
      @Nullable Long minPrice,
      @Nullable Long maxPrice,
      boolean withFreeSeat,
      @Nullable Integer maxDuration,
      @Nullable String subject,
      @Nullable String language) {
    public static final SlotFilter NONE = new SlotFilter(null, null, null, false, null, null, null);
  }

  /**
   * Counts the slots of each day of a zone, from the day of {@code from} to that of the last
   * instant before {@code to}.
   */
  public record CountDays(
      @Nullable String teacherId,
      Instant from,
      Instant to,
      String timezone,
      @Nullable SlotFilter filter) {}

  /** {@code completeUntil}: later days are not counted completely; null if all are. */
  public record DayTotals(List<DayTotal> items, @Nullable Instant completeUntil) {}

  /**
   * The bookable slots of a day.
   *
   * @param date in the zone of the request, such as 2031-03-04
   * @param free how many of them have a free seat
   */
  public record DayTotal(String date, int free, int total) {}

  public record Meetings(List<MeetingView> items, @Nullable String nextCursor) {}

  public record MeetingById(Caller caller, String meetingId) {}

  /** {@code caller} is null for a reader without login. */
  public record SlotById(@Nullable Caller caller, String slotId) {}

  /**
   * {@code status}: scheduled, open, closed, cancelled, expired. HTTP adds the teacher's name.
   * {@code version} rises with each change; it is null where an older node sends the view.
   */
  public record MeetingView(
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
      @Nullable ReviewDecision reviewDecision,
      @Nullable String description,
      @Nullable String subject,
      @Nullable String language,
      @Nullable Long version) {

    public Instant endsAt() {
      return startsAt.plus(Duration.ofMinutes(durationMinutes));
    }
  }

  /** A participant who did not attend, and why an admin must decide. */
  public record ReviewReason(String userId, String code) {
    public static final String TEACHER_ABSENT = "teacher_absent";
    public static final String STUDENT_ABSENT = "student_absent";

    /** The platform was unavailable while the class should have been open, so nobody could join. */
    public static final String PLATFORM_AWAY = "platform_away";
  }

  public record ReviewDecision(
      String decision, int studentPercent, String note, String adminId, Instant at) {}

  public record CancelMeeting(
      String commandId, Caller caller, String meetingId, @Nullable String reason) {}

  public record JoinMeeting(String commandId, Caller caller, String meetingId) {}

  /** {@code joinUrl} is null when leaving. */
  public record Joined(String meetingId, @Nullable String joinUrl, Instant at) {}

  public record CountMeetings() {}

  public record MeetingCounts(long reviews, long open) {}

  public record ListReviews(@Nullable String cursor, int limit) {}

  public record SlotsChanged(List<SlotState> slots) {}

  /**
   * The public state of a slot. Of two states the one with the higher version is newer.
   *
   * @param seatsTaken 0 once the class has ended, as its seats are not public then
   */
  public record SlotState(
      String id, Instant startsAt, int seatsTaken, int capacity, String status, long version) {}

  /** {@code present}: whether the user joined; otherwise the user left. */
  public record PresenceChanged(String meetingId, String userId, boolean present, Instant at) {}

  /** {@code decision}: one of {@link #DECISIONS}; {@code split} has {@code studentPercent}. */
  public record DecideReview(
      String commandId,
      Caller admin,
      String meetingId,
      String decision,
      @Nullable Integer studentPercent,
      String note) {
    public static final List<String> DECISIONS = List.of("refund_students", "pay_teacher", "split");
  }

  /** {@code name}: reminder (with {@code before}), open, start, close or release. */
  public record Milestone(String meetingId, String name, @Nullable String detail) {}

  private MeetingApi() {}
}
