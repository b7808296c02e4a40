package io.classbell.booking.model;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.BookingApi.Policy;
import java.time.Instant;
import java.util.Set;
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

  /** The meetings in which it holds a seat: two while a move is under way. */
  public Set<String> seats() {
    if (!status.live()) {
      return Set.of();
    }
    return movingTo == null ? Set.of(meetingId) : Set.of(meetingId, movingTo);
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
    return copy().status(Status.confirmed).money(Money.held).build();
  }

  public Booking rejected(String code, Money newMoney) {
    return copy().status(Status.rejected).reason(code).money(newMoney).build();
  }

  /** The class began before the price was held: a hold that still comes is given up. */
  public Booking tooLate() {
    return rejected(BookingApi.CLASS_BEGAN.code(), Money.voiding);
  }

  /** The settlement is decided (or changed from deciding to posting); the status stays. */
  public Booking settling(Settlement decided) {
    return withMoney(Money.settling, decided);
  }

  public Booking withMoney(Money newMoney, @Nullable Settlement decided) {
    return copy().money(newMoney).settlement(decided).build();
  }

  /** Cancelled; the money goes back as decided, or the hold is given up where none is decided. */
  public Booking cancelled(String by, @Nullable String why, @Nullable Settlement decided) {
    return copy()
        .status(Status.cancelled)
        .reason(why)
        .money(decided == null ? Money.voiding : Money.settling)
        .settlement(decided)
        .cancelledBy(by)
        .sequence(sequence + 1)
        .movingTo(null)
        .build();
  }

  /** The class took place. */
  public Booking completed(Attendance seen) {
    return copy().status(Status.completed).attendance(seen).build();
  }

  /** A move has begun. */
  public Booking moving(Move begun) {
    return copy().sequence(sequence + 1).movingTo(begun.toMeetingId()).move(begun).build();
  }

  /** The move was rejected with this code; the booking stays where it is. */
  public Booking stayed(String rejection) {
    return copy().movingTo(null).move(move == null ? null : move.rejected(rejection)).build();
  }

  /**
   * The move is done. The policy stays as it was frozen; presence in the old class does not count.
   */
  public Booking moved(Meeting to, Move done) {
    return copy()
        .meetingId(to.id())
        .teacherId(to.teacherId())
        .price(done.price())
        .startsAt(to.startsAt())
        .endsAt(to.endsAt())
        .attendance(Attendance.unknown)
        .movingTo(null)
        .build();
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
        money.name(),
        null);
  }

  private Copy copy() {
    return new Copy(this);
  }

  /** A changed copy: all components that change in the life of a booking. */
  private static final class Copy {
    private final Booking from;
    private String meetingId;
    private String teacherId;
    private Status status;
    private @Nullable String reason;
    private long price;
    private Instant startsAt;
    private Instant endsAt;
    private Attendance attendance;
    private Money money;
    private @Nullable Settlement settlement;
    private @Nullable String cancelledBy;
    private int sequence;
    private @Nullable String movingTo;
    private @Nullable Move move;

    Copy(Booking from) {
      this.from = from;
      this.meetingId = from.meetingId;
      this.teacherId = from.teacherId;
      this.status = from.status;
      this.reason = from.reason;
      this.price = from.price;
      this.startsAt = from.startsAt;
      this.endsAt = from.endsAt;
      this.attendance = from.attendance;
      this.money = from.money;
      this.settlement = from.settlement;
      this.cancelledBy = from.cancelledBy;
      this.sequence = from.sequence;
      this.movingTo = from.movingTo;
      this.move = from.move;
    }

    Copy meetingId(String value) {
      meetingId = value;
      return this;
    }

    Copy teacherId(String value) {
      teacherId = value;
      return this;
    }

    Copy status(Status value) {
      status = value;
      return this;
    }

    Copy reason(@Nullable String value) {
      reason = value;
      return this;
    }

    Copy price(long value) {
      price = value;
      return this;
    }

    Copy startsAt(Instant value) {
      startsAt = value;
      return this;
    }

    Copy endsAt(Instant value) {
      endsAt = value;
      return this;
    }

    Copy attendance(Attendance value) {
      attendance = value;
      return this;
    }

    Copy money(Money value) {
      money = value;
      return this;
    }

    Copy settlement(@Nullable Settlement value) {
      settlement = value;
      return this;
    }

    Copy cancelledBy(@Nullable String value) {
      cancelledBy = value;
      return this;
    }

    Copy sequence(int value) {
      sequence = value;
      return this;
    }

    Copy movingTo(@Nullable String value) {
      movingTo = value;
      return this;
    }

    Copy move(@Nullable Move value) {
      move = value;
      return this;
    }

    Booking build() {
      return new Booking(
          from.id,
          meetingId,
          from.studentId,
          teacherId,
          status,
          reason,
          price,
          from.policy,
          startsAt,
          endsAt,
          attendance,
          money,
          settlement,
          cancelledBy,
          sequence,
          movingTo,
          move,
          from.createdAt);
    }
  }
}
