package io.classbell.booking.model;

import io.classbell.booking.api.MeetingApi.ReviewReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The outcome that the evidence of a class suggests: a pure function of who was in the class and
 * for how long. Only the time of the class itself counts, not the time before its start. The rules
 * in order:
 *
 * <ol>
 *   <li>{@code platform_away}: nobody could join, so the student gets everything back.
 *   <li>{@code teacher_absent}: the student gets everything back.
 *   <li>{@code teacher_partly_present}: less than a third of the class; the student gets back the
 *       share of the minutes without the teacher.
 *   <li>{@code student_absent}: the class took place without the student; the teacher is paid.
 *   <li>{@code student_partly_present}: less than a third of the class; the student gets back the
 *       share of the missed minutes.
 *   <li>{@code class_held}: the teacher is paid.
 * </ol>
 */
public final class ProposalRules {
  private static final int THIRDS = 3;

  /** Which rule applied. */
  public enum Rule {
    platform_away,
    teacher_absent,
    teacher_partly_present,
    student_absent,
    student_partly_present,
    class_held
  }

  /**
   * A proposal.
   *
   * @param studentPercent the share of the price that goes back to the student, 0 to 100
   * @param reason a sentence with the figures, in English
   */
  public record Proposal(Rule rule, int studentPercent, String reason) {

    /** The review decision that has the same effect. */
    public String decision() {
      return switch (studentPercent) {
        case 100 -> "refund_students";
        case 0 -> "pay_teacher";
        default -> "split";
      };
    }
  }

  /** Returns the full minutes of the class that a person was in it. */
  public static int minutes(Meeting meeting, String userId, Collection<Stay> stays) {
    Duration all = Duration.ZERO;
    for (Stay stay : stays) {
      if (stay.userId().equals(userId)) {
        Instant from = later(stay.joinedAt(), meeting.startsAt());
        Instant to =
            stay.leftAt() == null
                ? meeting.endsAt()
                : stay.leftAt().isBefore(meeting.endsAt()) ? stay.leftAt() : meeting.endsAt();
        if (from.isBefore(to)) {
          all = all.plus(Duration.between(from, to));
        }
      }
    }
    return Math.toIntExact(all.toMinutes());
  }

  /** Proposes how the price of one booking is divided. */
  public static Proposal forBooking(Meeting meeting, Booking booking, Collection<Stay> stays) {
    Proposal ofTeacher = aboutTeacher(meeting, stays);
    if (ofTeacher != null) {
      return ofTeacher;
    }
    int length = meeting.durationMinutes();
    int minutes = minutes(meeting, booking.studentId(), stays);
    boolean joined = stays.stream().anyMatch(s -> s.userId().equals(booking.studentId()));
    if (!joined) {
      return new Proposal(
          Rule.student_absent, 0, "The student did not join, and the teacher was there.");
    }
    if (minutes * THIRDS < length) {
      return new Proposal(
          Rule.student_partly_present,
          missed(minutes, length),
          "The student was in the class for %d of %d minutes.".formatted(minutes, length));
    }
    return new Proposal(
        Rule.class_held,
        0,
        "The teacher was there, and the student for %d of %d minutes.".formatted(minutes, length));
  }

  /**
   * Proposes one decision for all students of a class under review. Where the teacher was there,
   * those who came had their class and those who did not are no reason to pay the teacher less.
   */
  public static Proposal forReview(
      Meeting meeting, List<Booking> bookings, Collection<Stay> stays) {
    Proposal ofTeacher = aboutTeacher(meeting, stays);
    if (ofTeacher != null) {
      return ofTeacher;
    }
    long absent =
        bookings.stream()
            .filter(b -> stays.stream().noneMatch(s -> s.userId().equals(b.studentId())))
            .count();
    return absent == 0
        ? new Proposal(Rule.class_held, 0, "The teacher and every student were there.")
        : new Proposal(
            Rule.student_absent,
            0,
            "%d of %d students did not join, and the teacher was there."
                .formatted(absent, bookings.size()));
  }

  private static @Nullable Proposal aboutTeacher(Meeting meeting, Collection<Stay> stays) {
    boolean away =
        meeting.reviewReasons().stream()
            .anyMatch(reason -> reason.code().equals(ReviewReason.PLATFORM_AWAY));
    if (away) {
      return new Proposal(
          Rule.platform_away, 100, "The platform was not available, so nobody could join.");
    }
    int length = meeting.durationMinutes();
    int minutes = minutes(meeting, meeting.teacherId(), stays);
    if (stays.stream().noneMatch(s -> s.userId().equals(meeting.teacherId()))) {
      return new Proposal(Rule.teacher_absent, 100, "The teacher did not join.");
    }
    return minutes * THIRDS < length
        ? new Proposal(
            Rule.teacher_partly_present,
            missed(minutes, length),
            String.format(
                Locale.ROOT, "The teacher was in the class for %d of %d minutes.", minutes, length))
        : null;
  }

  /** The share of the minutes that were missed in percent, rounded half up. */
  private static int missed(int minutes, int length) {
    return (200 * (length - minutes) + length) / (2 * length);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private ProposalRules() {}
}
