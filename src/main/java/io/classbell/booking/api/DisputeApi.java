package io.classbell.booking.api;

import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.bus.Task;
import io.classbell.platform.failure.RejectionCode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Disputes about the credits of bookings, and what an admin needs to decide them and reviews.
 * Amounts are minor units, instants UTC. The id of the command that opens a dispute is the
 * dispute's id.
 */
public final class DisputeApi {

  public static final RejectionCode NO_DISPUTE =
      RejectionCode.notFound("There is no such dispute.");
  public static final RejectionCode NOT_DISPUTABLE =
      RejectionCode.conflict("not_disputable", "There can be no dispute about this booking.");
  public static final RejectionCode ALREADY_DISPUTED =
      RejectionCode.conflict("already_disputed", "There is a dispute about this booking already.");
  public static final RejectionCode NOT_YOUR_TURN =
      RejectionCode.conflict("not_your_turn", "It is the other side's turn.");
  public static final RejectionCode DISPUTE_CLOSED =
      RejectionCode.conflict("dispute_closed", "This dispute has ended.");

  /** Opens a dispute within the dispute window. The credits stay in escrow until it has ended. */
  public static final Operation<OpenDispute, DisputeView> OPEN =
      Operation.of(
          "booking.open-dispute",
          OpenDispute.class,
          DisputeView.class,
          MeetingApi.INVALID_FIELD,
          BookingApi.NO_BOOKING,
          ALREADY_DISPUTED,
          NOT_DISPUTABLE,
          BookingApi.TOO_LATE);

  /** Returns the dispute about a booking, to its two sides and to admins. */
  public static final Operation<DisputeOfBooking, DisputeView> OF_BOOKING =
      Operation.of(
          "booking.dispute-of-booking", DisputeOfBooking.class, DisputeView.class, NO_DISPUTE);

  /** Accepts the other side's proposal: the price is divided by it at once. */
  public static final Operation<AcceptDispute, DisputeView> ACCEPT =
      Operation.of(
          "booking.accept-dispute",
          AcceptDispute.class,
          DisputeView.class,
          NO_DISPUTE,
          DISPUTE_CLOSED,
          NOT_YOUR_TURN);

  /** Answers a dispute, once. The same proposal settles it; otherwise an admin decides. */
  public static final Operation<AnswerDispute, DisputeView> ANSWER =
      Operation.of(
          "booking.answer-dispute",
          AnswerDispute.class,
          DisputeView.class,
          MeetingApi.INVALID_FIELD,
          NO_DISPUTE,
          DISPUTE_CLOSED,
          NOT_YOUR_TURN);

  /** Lists a user's own disputes, newest first; for an admin the undecided ones, oldest first. */
  public static final Operation<ListDisputes, Disputes> LIST =
      Operation.of(
          "booking.disputes", ListDisputes.class, Disputes.class, RejectionCode.INVALID_CURSOR);

  /** Returns a dispute with what an admin needs to decide it. */
  public static final Operation<DisputeById, CaseView> CASE =
      Operation.of("booking.dispute-case", DisputeById.class, CaseView.class, NO_DISPUTE);

  /** Decides a dispute, once and finally. */
  public static final Operation<DecideDispute, DisputeView> DECIDE =
      Operation.of(
          "booking.decide-dispute",
          DecideDispute.class,
          DisputeView.class,
          MeetingApi.INVALID_FIELD,
          NO_DISPUTE,
          DISPUTE_CLOSED);

  /** Returns a meeting under review, or decided, with what an admin needs to decide it. */
  public static final Operation<ReviewOf, CaseView> REVIEW =
      Operation.of("booking.review", ReviewOf.class, CaseView.class, MeetingApi.NO_MEETING);

  /** The time for the answer to a dispute is over. */
  public static final Task<AnswerDue> ANSWER_DUE =
      Task.of("booking.dispute-answer-due", AnswerDue.class);

  public record OpenDispute(
      String commandId, Caller caller, String bookingId, String reason, int studentPercent) {}

  public record DisputeOfBooking(Caller caller, String bookingId) {}

  public record AcceptDispute(String commandId, Caller caller, String disputeId) {}

  public record AnswerDispute(
      String commandId,
      Caller caller,
      String disputeId,
      String reason,
      @Nullable Integer studentPercent) {}

  /** {@code status} is null for all of the user's disputes, or all undecided ones for an admin. */
  public record ListDisputes(
      Caller caller, @Nullable String status, @Nullable String cursor, int limit) {}

  public record Disputes(List<DisputeView> items, @Nullable String nextCursor) {}

  public record DisputeById(Caller caller, String disputeId) {}

  public record DecideDispute(
      String commandId, Caller admin, String disputeId, int studentPercent, String note) {}

  public record ReviewOf(Caller admin, String meetingId) {}

  public record AnswerDue(String disputeId, String bookingId) {}

  /**
   * A dispute. {@code openedBy}: student or teacher; {@code status}: open, answered, escalated,
   * settled or decided; {@code split}: what the proposal of the one who opened it gives; {@code
   * canAccept}, {@code canAnswer}: what the caller can do now.
   */
  public record DisputeView(
      String id,
      String bookingId,
      MeetingView meeting,
      String studentId,
      String teacherId,
      String openedBy,
      String status,
      String reason,
      int studentPercent,
      Split split,
      long price,
      Instant openedAt,
      Instant answerUntil,
      @Nullable Answer answer,
      @Nullable Outcome outcome,
      boolean canAccept,
      boolean canAnswer) {}

  /** The other side's answer; without a proposal {@code studentPercent} and the split are null. */
  public record Answer(
      String reason, @Nullable Integer studentPercent, @Nullable Split split, Instant at) {}

  /** {@code how}: accepted, agreed or decided. {@code note} is the admin's. */
  public record Outcome(
      String how, int studentPercent, Split split, @Nullable String note, Instant at) {}

  /**
   * What an admin sees before deciding: the proposal by rule, the people with the minutes they were
   * in the class, and what each possible decision gives.
   *
   * @param dispute null for a review
   * @param bookings how many bookings are concerned
   * @param held the credits that are decided about
   * @param people at most {@link #MOST_PEOPLE}, the teacher first
   */
  public record CaseView(
      MeetingView meeting,
      @Nullable DisputeView dispute,
      ProposalView proposal,
      List<Option> options,
      long bookings,
      long held,
      List<Presence> people) {

    public static final int MOST_PEOPLE = 1_000;
  }

  /** {@code decision}: the review decision that accepts it; {@code reason} is a sentence. */
  public record ProposalView(String rule, int studentPercent, String decision, String reason) {}

  /** The sums over all bookings concerned if this is decided. */
  public record Option(
      String decision, int studentPercent, long students, long teacher, long fee) {}

  /** {@code role}: teacher or student; minutes of the class itself, without the time before it. */
  public record Presence(
      String userId,
      String role,
      @Nullable String bookingId,
      String attendance,
      int minutes,
      @Nullable Instant joinedAt,
      @Nullable Instant leftAt,
      @Nullable Long price) {}

  private DisputeApi() {}
}
