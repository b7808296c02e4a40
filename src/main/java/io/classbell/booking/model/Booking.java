package io.classbell.booking.model;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.BookingApi.Policy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A student's seat as it is stored. Changed by copies; the store writes what was changed.
 *
 * @param price frozen when it was made
 * @param policy frozen when it was made
 * @param settlement how its credits are parted, once that is decided
 * @param cancelledBy student, teacher, admin, or platform where time ran out
 * @param movingTo the meeting where a move under way holds a second seat
 * @param move the last move; under way while {@code movingTo} is set
 */
public record Booking(
    String id,
    String meetingId,
    String studentId,
    String teacherId,
    Status status,
    @Nullable String reason,
    long price,
    Policy policy,
    Instant startsAt,
    Instant endsAt,
    Attendance attendance,
    Money money,
    @Nullable Settlement settlement,
    @Nullable String cancelledBy,
    int sequence,
    @Nullable String movingTo,
    @Nullable Move move,
    Instant createdAt) {

  public enum Status {
    pending,
    confirmed,
    completed,
    cancelled,
    rejected;

    /** Whether it takes a seat and its student's time. */
    public boolean live() {
      return this == pending || this == confirmed || this == completed;
    }
  }

  public enum Attendance {
    unknown,
    present,
    absent
  }

  /** What is so, or is under way, with its credits. */
  public enum Money {
    /** The hold was asked for. */
    asked,
    held,
    /** The settlement is decided and is to be posted. */
    settling,
    settled,
    /** The hold is to be given up, whether or not it was taken. */
    voiding,
    /** Nothing was taken. */
    none
  }

  /** A new booking: the seat is taken, its credits are asked for. */
  public static Booking pending(
      String id, String studentId, Meeting meeting, Policy policy, Instant now) {
    return new Booking(
        id,
        meeting.id(),
        studentId,
        meeting.teacherId(),
        Status.pending,
        null,
        meeting.price(),
        policy,
        meeting.startsAt(),
        meeting.endsAt(),
        Attendance.unknown,
        Money.asked,
        null,
        null,
        0,
        null,
        null,
        now);
  }

  /** Whether it holds a seat in that meeting, by a move under way too. */
  boolean isIn(String meeting) {
    return meetingId.equals(meeting) || meeting.equals(movingTo);
  }

  /** Whether it takes its student's time anywhere in [from, to), by a move under way too. */
  boolean touches(Instant from, Instant to) {
    boolean here = startsAt.isBefore(to) && endsAt.isAfter(from);
    boolean there =
        movingTo != null
            && move != null
            && move.startsAt().isBefore(to)
            && move.endsAt().isAfter(from);
    return here || there;
  }

  /** Whether its credits were held at some time: a rejected booking, for example, never was. */
  public boolean wasConfirmed() {
    return switch (status) {
      case confirmed, completed -> true;
      case pending, rejected -> false;
      case cancelled ->
          settlement != null
              && !settlement.rule().equals(SettlementRule.BOOKING_NOT_CONFIRMED.code());
    };
  }

  /**
   * Whether its student belongs to the class: holds a confirmed seat, or lost one because the whole
   * class was cancelled. Students who cancelled themselves do not.
   */
  public boolean isInClass() {
    boolean withClass = "teacher".equals(cancelledBy) || "admin".equals(cancelledBy);
    return wasConfirmed() && (status.live() || withClass);
  }

  public Booking confirmed() {
    return with(Status.confirmed, reason, Money.held, settlement);
  }

  public Booking rejected(String code, Money newMoney) {
    return with(Status.rejected, code, newMoney, settlement);
  }

  /** Its class began before its credits were held: they go back, whenever they come. */
  public Booking tooLate() {
    return rejected(BookingApi.CLASS_BEGAN.code(), Money.voiding);
  }

  /** The settlement is decided (or changed from deciding to posting); the status stays. */
  public Booking settling(Settlement decided) {
    return with(status, reason, Money.settling, decided);
  }

  public Booking withMoney(Money newMoney, @Nullable Settlement decided) {
    return with(status, reason, newMoney, decided);
  }

  /** Cancelled, with its credits on their way back: as decided, or by giving up the hold. */
  public Booking cancelled(String by, @Nullable String why, @Nullable Settlement decided) {
    return new Booking(
        id,
        meetingId,
        studentId,
        teacherId,
        Status.cancelled,
        why,
        price,
        policy,
        startsAt,
        endsAt,
        attendance,
        decided == null ? Money.voiding : Money.settling,
        decided,
        by,
        sequence + 1,
        null,
        move,
        createdAt);
  }

  /** The class was held. */
  public Booking completed(Attendance seen) {
    return new Booking(
        id,
        meetingId,
        studentId,
        teacherId,
        Status.completed,
        reason,
        price,
        policy,
        startsAt,
        endsAt,
        seen,
        money,
        settlement,
        cancelledBy,
        sequence,
        movingTo,
        move,
        createdAt);
  }

  /** A move has begun. */
  public Booking moving(Move begun) {
    return new Booking(
        id,
        meetingId,
        studentId,
        teacherId,
        status,
        reason,
        price,
        policy,
        startsAt,
        endsAt,
        attendance,
        money,
        settlement,
        cancelledBy,
        sequence + 1,
        begun.toMeetingId(),
        begun,
        createdAt);
  }

  /** The move was refused; the booking stays where it is. */
  public Booking stayed() {
    return place(meetingId, teacherId, price, startsAt, endsAt, attendance);
  }

  /**
   * The move is done. The policy stays as it was frozen; presence in the old class does not count.
   */
  public Booking moved(Meeting to, Move done) {
    return place(
        to.id(), to.teacherId(), done.price(), to.startsAt(), to.endsAt(), Attendance.unknown);
  }

  private Booking place(
      String meeting,
      String teacher,
      long newPrice,
      Instant starts,
      Instant ends,
      Attendance seen) {
    return new Booking(
        id,
        meeting,
        studentId,
        teacher,
        status,
        reason,
        newPrice,
        policy,
        starts,
        ends,
        seen,
        money,
        settlement,
        cancelledBy,
        sequence,
        null,
        move,
        createdAt);
  }

  private Booking with(
      Status newStatus,
      @Nullable String newReason,
      Money newMoney,
      @Nullable Settlement newSettlement) {
    return new Booking(
        id,
        meetingId,
        studentId,
        teacherId,
        newStatus,
        newReason,
        price,
        policy,
        startsAt,
        endsAt,
        attendance,
        newMoney,
        newSettlement,
        cancelledBy,
        sequence,
        movingTo,
        move,
        createdAt);
  }

  BookingView toApi(Meeting meeting) {
    return new BookingView(
        id,
        studentId,
        status.name(),
        reason,
        meetingId,
        meeting.toApi(),
        price,
        policy,
        attendance.name(),
        createdAt,
        settlement == null ? null : settlement.toApi(money == Money.settled),
        movingTo,
        money.name());
  }
}
