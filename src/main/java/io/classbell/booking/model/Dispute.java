package io.classbell.booking.model;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A dispute about the credits of a booking. Changed by copies; the store writes what was changed.
 *
 * @param openedBy the side that opened it
 * @param studentPercent the share of the price for the student that this side proposes
 * @param answerUntil after this an admin decides if the other side has not answered
 * @param answer of the other side; null until there is one
 * @param outcome null until it is settled or decided
 */
public record Dispute(
    String id,
    String bookingId,
    String meetingId,
    String studentId,
    String teacherId,
    Side openedBy,
    Status status,
    String reason,
    int studentPercent,
    Instant openedAt,
    Instant answerUntil,
    @Nullable Answer answer,
    @Nullable Outcome outcome) {

  public enum Side {
    student,
    teacher
  }

  public enum Status {
    /** Waits for the other side. */
    open,
    /** The other side does not agree: an admin decides. */
    answered,
    /** The other side said nothing in time: an admin decides. */
    escalated,
    /** Both sides agreed. */
    settled,
    /** An admin decided. */
    decided;

    public boolean isUndecided() {
      return this == open || this == answered || this == escalated;
    }
  }

  /** How a dispute ended. */
  public enum How {
    /** One side accepted the proposal of the other. */
    accepted,
    /** Both sides made the same proposal. */
    agreed,
    /** An admin decided. */
    decided
  }

  /** {@code studentPercent} is null if the side proposes nothing. */
  public record Answer(String reason, @Nullable Integer studentPercent, Instant at) {}

  /** {@code note} is the admin's. */
  public record Outcome(
      How how, int studentPercent, @Nullable String note, String actorId, Instant at) {}

  public static Dispute opened(
      String id,
      Booking booking,
      Side by,
      String reason,
      int studentPercent,
      Instant now,
      Instant answerUntil) {
    return new Dispute(
        id,
        booking.id(),
        booking.meetingId(),
        booking.studentId(),
        booking.teacherId(),
        by,
        Status.open,
        reason,
        studentPercent,
        now,
        answerUntil,
        null,
        null);
  }

  /** The side of this user; null if the user has no part in it. */
  public @Nullable Side sideOf(String userId) {
    if (userId.equals(studentId)) {
      return Side.student;
    }
    return userId.equals(teacherId) ? Side.teacher : null;
  }

  /** What a side can accept: the other's proposal; null if there is none. */
  public @Nullable Integer proposalTo(Side side) {
    if (side != openedBy) {
      return studentPercent;
    }
    return answer == null ? null : answer.studentPercent();
  }

  public Dispute answered(String text, @Nullable Integer percent, Instant at) {
    return with(Status.answered, new Answer(text, percent, at), outcome);
  }

  public Dispute escalated() {
    return with(Status.escalated, answer, outcome);
  }

  public Dispute ended(Outcome end) {
    return with(end.how() == How.decided ? Status.decided : Status.settled, answer, end);
  }

  private Dispute with(Status next, @Nullable Answer newAnswer, @Nullable Outcome newOutcome) {
    return new Dispute(
        id,
        bookingId,
        meetingId,
        studentId,
        teacherId,
        openedBy,
        next,
        reason,
        studentPercent,
        openedAt,
        answerUntil,
        newAnswer,
        newOutcome);
  }

  /** Whether the other side gave exactly this answer. */
  public boolean hasAnswer(String text, @Nullable Integer percent) {
    return answer != null
        && answer.reason().equals(text)
        && Objects.equals(answer.studentPercent(), percent);
  }
}
