package io.classbell.booking.model;

import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.api.MeetingApi.ReviewDecision;
import io.classbell.booking.api.MeetingApi.ReviewReason;
import io.classbell.platform.bus.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A slot, or meeting, as it is stored. Changed by copies; the store writes what was changed.
 *
 * @param cancelledBy teacher or admin; null also where it was cancelled before that was kept
 * @param version how often the row was changed, as it was read; the store counts
 */
public record Meeting(
    String id,
    String teacherId,
    @Nullable String seriesId,
    String title,
    Instant startsAt,
    int durationMinutes,
    int capacity,
    int seatsTaken,
    long price,
    Status status,
    String room,
    @Nullable Instant openedAt,
    @Nullable Instant closedAt,
    @Nullable Instant cancelledAt,
    @Nullable String cancelledBy,
    @Nullable String cancelReason,
    Review review,
    List<ReviewReason> reviewReasons,
    @Nullable ReviewDecision reviewDecision,
    int sequence,
    Instant createdAt,
    SlotDetails details,
    long version) {

  public enum Status {
    scheduled,
    open,
    closed,
    cancelled,
    expired;

    /** Whether it is still to be held, or being held. */
    public boolean live() {
      return this == scheduled || this == open;
    }
  }

  public enum Review {
    none,
    needed,
    decided
  }

  /** A new slot without details, with an unguessable room. */
  public static Meeting scheduled(
      String id,
      String teacherId,
      @Nullable String seriesId,
      String title,
      Instant startsAt,
      int durationMinutes,
      int capacity,
      long price,
      Instant now) {
    return scheduled(
        id,
        teacherId,
        seriesId,
        title,
        startsAt,
        durationMinutes,
        capacity,
        price,
        SlotDetails.NONE,
        now);
  }

  /** A new slot, with an unguessable room. */
  public static Meeting scheduled(
      String id,
      String teacherId,
      @Nullable String seriesId,
      String title,
      Instant startsAt,
      int durationMinutes,
      int capacity,
      long price,
      SlotDetails details,
      Instant now) {
    return new Meeting(
        id,
        teacherId,
        seriesId,
        title,
        startsAt,
        durationMinutes,
        capacity,
        0,
        price,
        Status.scheduled,
        UUID.randomUUID().toString(),
        null,
        null,
        null,
        null,
        null,
        Review.none,
        List.of(),
        null,
        0,
        now,
        details,
        0);
  }

  /** Another description of the class, at another price; only while nobody has booked it. */
  public Meeting described(
      String newTitle, int newCapacity, long newPrice, SlotDetails newDetails) {
    return new Meeting(
        id,
        teacherId,
        seriesId,
        newTitle,
        startsAt,
        durationMinutes,
        newCapacity,
        seatsTaken,
        newPrice,
        status,
        room,
        openedAt,
        closedAt,
        cancelledAt,
        cancelledBy,
        cancelReason,
        review,
        reviewReasons,
        reviewDecision,
        sequence + 1,
        createdAt,
        newDetails,
        version);
  }

  public Instant endsAt() {
    return startsAt.plus(Duration.ofMinutes(durationMinutes));
  }

  boolean full() {
    return seatsTaken >= capacity;
  }

  public Meeting withSeats(int difference) {
    return copy().seatsTaken(seatsTaken + difference).row();
  }

  public Meeting opened(Instant at) {
    return copy().status(Status.open).openedAt(at).row();
  }

  public Meeting closed(Instant at, List<ReviewReason> reasons) {
    return copy()
        .status(Status.closed)
        .closedAt(at)
        .review(reasons.isEmpty() ? Review.none : Review.needed)
        .reviewReasons(reasons)
        .row();
  }

  public Meeting decided(ReviewDecision decision) {
    return copy().review(Review.decided).reviewDecision(decision).row();
  }

  public Meeting expired() {
    return copy().status(Status.expired).row();
  }

  public Meeting cancelled(Instant at, String by, @Nullable String reason) {
    return copy()
        .status(Status.cancelled)
        .cancelledAt(at)
        .cancelledBy(by)
        .cancelReason(reason)
        .sequence(sequence + 1)
        .row();
  }

  /** Whether the caller sees everything: the meeting's teacher and admins. */
  public boolean isRunBy(Caller caller) {
    return caller.isAdmin() || teacherId.equals(caller.userId());
  }

  /**
   * What this caller may know. Students of the class see their own review reason and the teacher's,
   * not those of other students. To everybody else an ended class shows only what its slot showed.
   *
   * @param inClass whether the caller belongs to the class as a student
   */
  public Meeting seenBy(Caller caller, boolean inClass) {
    if (status.live() || isRunBy(caller)) {
      return this;
    }
    if (!inClass) {
      return copy().withoutCourse().row();
    }
    String userId = caller.userId();
    return copy()
        .reviewReasons(
            reviewReasons.stream()
                .filter(r -> r.userId().equals(userId) || r.userId().equals(teacherId))
                .toList())
        .row();
  }

  public MeetingView toApi() {
    return new MeetingView(
        id,
        title,
        teacherId,
        startsAt,
        durationMinutes,
        capacity,
        seatsTaken,
        price,
        status.name(),
        review == Review.needed,
        reviewReasons,
        seriesId,
        openedAt,
        closedAt,
        cancelReason,
        reviewDecision,
        details.description(),
        details.subject(),
        details.language(),
        version);
  }

  private Copy copy() {
    return new Copy(this);
  }

  /** The parts of a row that change in its life. */
  private static final class Copy {
    private final Meeting from;
    private int seatsTaken;
    private Status status;
    private @Nullable Instant openedAt;
    private @Nullable Instant closedAt;
    private @Nullable Instant cancelledAt;
    private @Nullable String cancelledBy;
    private @Nullable String cancelReason;
    private Review review;
    private List<ReviewReason> reviewReasons;
    private @Nullable ReviewDecision reviewDecision;
    private int sequence;

    Copy(Meeting from) {
      this.from = from;
      this.seatsTaken = from.seatsTaken;
      this.status = from.status;
      this.openedAt = from.openedAt;
      this.closedAt = from.closedAt;
      this.cancelledAt = from.cancelledAt;
      this.cancelledBy = from.cancelledBy;
      this.cancelReason = from.cancelReason;
      this.review = from.review;
      this.reviewReasons = from.reviewReasons;
      this.reviewDecision = from.reviewDecision;
      this.sequence = from.sequence;
    }

    Copy seatsTaken(int value) {
      seatsTaken = value;
      return this;
    }

    Copy status(Status value) {
      status = value;
      return this;
    }

    Copy openedAt(Instant value) {
      openedAt = value;
      return this;
    }

    Copy closedAt(Instant value) {
      closedAt = value;
      return this;
    }

    Copy cancelledAt(Instant value) {
      cancelledAt = value;
      return this;
    }

    Copy cancelledBy(String value) {
      cancelledBy = value;
      return this;
    }

    Copy cancelReason(@Nullable String value) {
      cancelReason = value;
      return this;
    }

    Copy review(Review value) {
      review = value;
      return this;
    }

    Copy reviewReasons(List<ReviewReason> value) {
      reviewReasons = value;
      return this;
    }

    Copy reviewDecision(ReviewDecision value) {
      reviewDecision = value;
      return this;
    }

    /** Leaves out what happened in the class: attendance, review, cancellation and seats. */
    Copy withoutCourse() {
      seatsTaken = 0;
      openedAt = null;
      closedAt = null;
      cancelReason = null;
      review = Review.none;
      reviewReasons = List.of();
      reviewDecision = null;
      return this;
    }

    Copy sequence(int value) {
      sequence = value;
      return this;
    }

    Meeting row() {
      return new Meeting(
          from.id,
          from.teacherId,
          from.seriesId,
          from.title,
          from.startsAt,
          from.durationMinutes,
          from.capacity,
          seatsTaken,
          from.price,
          status,
          from.room,
          openedAt,
          closedAt,
          cancelledAt,
          cancelledBy,
          cancelReason,
          review,
          reviewReasons,
          reviewDecision,
          sequence,
          from.createdAt,
          from.details,
          from.version);
    }
  }
}
