package io.classbell.booking;

import io.classbell.booking.BookingApi.Booking;
import io.classbell.booking.BookingApi.Policy;
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
record BookingRow(
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

  enum Status {
    pending,
    confirmed,
    completed,
    cancelled,
    rejected;

    /** Whether it takes a seat and its student's time. */
    boolean live() {
      return this == pending || this == confirmed || this == completed;
    }
  }

  enum Attendance {
    unknown,
    present,
    absent
  }

  /** What is so, or is under way, with its credits. */
  enum Money {
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
  static BookingRow pending(
      String id, String studentId, MeetingRow meeting, Policy policy, Instant now) {
    return new BookingRow(
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
  boolean wasConfirmed() {
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
  boolean isInClass() {
    boolean withClass = "teacher".equals(cancelledBy) || "admin".equals(cancelledBy);
    return wasConfirmed() && (status.live() || withClass);
  }

  BookingRow confirmed() {
    return with(Status.confirmed, reason, Money.held, settlement);
  }

  BookingRow rejected(String code, Money newMoney) {
    return with(Status.rejected, code, newMoney, settlement);
  }

  /** Its class began before its credits were held: they go back, whenever they come. */
  BookingRow tooLate() {
    return rejected(BookingApi.CLASS_BEGAN.code(), Money.voiding);
  }

  /** The settlement is decided (or changed from deciding to posting); the status stays. */
  BookingRow settling(Settlement decided) {
    return with(status, reason, Money.settling, decided);
  }

  BookingRow withMoney(Money newMoney, @Nullable Settlement decided) {
    return with(status, reason, newMoney, decided);
  }

  /** Cancelled, with its credits on their way back: as decided, or by giving up the hold. */
  BookingRow cancelled(String by, @Nullable String why, @Nullable Settlement decided) {
    return new BookingRow(
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
  BookingRow completed(Attendance seen) {
    return new BookingRow(
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
  BookingRow moving(Move begun) {
    return new BookingRow(
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
  BookingRow stayed() {
    return place(meetingId, teacherId, price, startsAt, endsAt, attendance);
  }

  /**
   * The move is done. The policy stays as it was frozen; presence in the old class does not count.
   */
  BookingRow moved(MeetingRow to, Move done) {
    return place(
        to.id(), to.teacherId(), done.price(), to.startsAt(), to.endsAt(), Attendance.unknown);
  }

  private BookingRow place(
      String meeting,
      String teacher,
      long newPrice,
      Instant starts,
      Instant ends,
      Attendance seen) {
    return new BookingRow(
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

  private BookingRow with(
      Status newStatus,
      @Nullable String newReason,
      Money newMoney,
      @Nullable Settlement newSettlement) {
    return new BookingRow(
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

  Booking toApi(MeetingRow meeting) {
    return new Booking(
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
