package io.classbell.booking.model;

import io.classbell.platform.Ids;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a meeting's evidence: something that happened to the class or to one of its people.
 * Entries are written with the change itself and never changed.
 *
 * @param at in platform time
 * @param userId the person it concerns, the student if it concerns a booking; null for the class
 * @param actor who did it: student, teacher, admin or platform; null if it is the person itself
 */
public record Evidence(
    String id,
    String meetingId,
    Instant at,
    Kind kind,
    @Nullable String userId,
    @Nullable String bookingId,
    @Nullable String actor,
    Details details) {

  /** What happened; the names are the API's. */
  public enum Kind {
    /** The class can be joined. */
    opened,
    joined,
    left,
    /** A booking came into this class from another one. */
    moved_in,
    /** A booking left for another class. */
    moved_out,
    /** A booking was cancelled, or the whole class if the entry concerns nobody in particular. */
    cancelled,
    closed,
    /** A dispute about a booking was opened. */
    disputed,
    answered,
    /** A dispute got no answer in time: an admin decides. */
    escalated,
    /** The two sides of a dispute agreed. */
    agreed,
    /** An admin decided a review or a dispute. */
    decided
  }

  /**
   * What else is known.
   *
   * @param minutes of one stay in the class, full minutes
   * @param text what the person who acted wrote
   * @param decision of a review: refund_students, pay_teacher or split
   * @param studentPercent the share of the price for the student that was proposed or decided
   */
  public record Details(
      @Nullable Integer minutes,
      @Nullable String text,
      @Nullable String decision,
      @Nullable Integer studentPercent) {
    public static final Details NONE = new Details(null, null, null, null);
  }

  /** An entry about the whole class. */
  public static Evidence ofClass(
      Meeting meeting, Instant at, Kind kind, @Nullable String actor, Details details) {
    return new Evidence(Ids.next(), meeting.id(), at, kind, null, null, actor, details);
  }

  /** An entry about a booking of this meeting. */
  public static Evidence ofBooking(
      String meetingId, Booking booking, Instant at, Kind kind, @Nullable String actor) {
    return ofBooking(meetingId, booking, at, kind, actor, Details.NONE);
  }

  /** An entry about a booking of this meeting. */
  public static Evidence ofBooking(
      String meetingId,
      Booking booking,
      Instant at,
      Kind kind,
      @Nullable String actor,
      Details details) {
    return new Evidence(
        Ids.next(), meetingId, at, kind, booking.studentId(), booking.id(), actor, details);
  }

  public static Evidence joined(
      String meetingId, String userId, @Nullable String bookingId, Instant at) {
    return new Evidence(
        Ids.next(), meetingId, at, Kind.joined, userId, bookingId, null, Details.NONE);
  }

  /**
   * The end of a stay.
   *
   * @param actor platform if the class ended; null if the person left
   */
  public static Evidence left(Stay stay, Instant at, @Nullable String actor) {
    Details details = new Details(stay.minutesUntil(at), null, null, null);
    return new Evidence(
        Ids.next(), stay.meetingId(), at, Kind.left, stay.userId(), null, actor, details);
  }
}
