package io.classbell.booking;

import io.classbell.booking.BookingRow.Attendance;
import io.classbell.booking.BookingRow.Money;
import io.classbell.booking.BookingRow.Status;
import io.classbell.booking.MeetingApi.ReviewReason;
import io.classbell.notification.NotificationApi.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The life of one meeting: what a milestone does, decided from the locked rows alone. Each state is
 * entered once: a milestone that comes again finds the meeting past it and does nothing; one that
 * comes late, after downtime, does what should have happened before it first.
 *
 * <p>No class waits for money. A booking that is pending when its class starts is rejected, and
 * what the wallet may have taken goes back. Who is moving to another class while this one ends is
 * left to the move, and so is who is moving in: it finds that the class began.
 *
 * @param meeting locked
 * @param live its live bookings, locked
 * @param teacherCame whether its teacher ever joined
 * @param now the platform's time
 */
record Life(
    MeetingRow meeting,
    List<BookingRow> live,
    boolean teacherCame,
    BookingSettings settings,
    Instant now) {

  /** A student who booked shortly before the opening may have been confirmed after it. */
  private static final Duration CONFIRMING = Duration.ofMinutes(1);

  /** What this milestone does. */
  LifeStep at(Timeline.Point point) {
    return switch (point.name()) {
      case reminder -> remind(point);
      case open -> open(point);
      case start -> start(point);
      case close -> close();
      case release -> release();
    };
  }

  private LifeStep remind(Timeline.Point point) {
    if (!meeting.status().live()) {
      return LifeStep.NONE;
    }
    LifeStep step = LifeStep.then(timeline().next(point));
    boolean late = !now.isBefore(meeting.startsAt()) || timeline().overtaken(point, now);
    return late ? step : step.telling(facts().reminder(point));
  }

  private LifeStep open(Timeline.Point point) {
    if (meeting.status() != MeetingRow.Status.scheduled) {
      return LifeStep.NONE;
    }
    return LifeStep.then(timeline().next(point))
        .storing(meeting.opened(now))
        .telling(facts().opened(confirmed()));
  }

  private LifeStep start(Timeline.Point point) {
    return meeting.status().live() ? withoutPending(life -> life.begin(point)) : LifeStep.NONE;
  }

  private LifeStep begin(Timeline.Point point) {
    if (confirmed().isEmpty()) {
      return expire();
    }
    LifeStep step = LifeStep.then(timeline().next(point));
    Instant openedAt = meeting.openedAt();
    if (openedAt == null) {
      return step.storing(meeting.opened(now)).telling(facts().opened(confirmed()));
    }
    return step.telling(facts().opened(cameAfter(openedAt.minus(CONFIRMING))));
  }

  private LifeStep close() {
    return meeting.status().live() ? withoutPending(Life::end) : LifeStep.NONE;
  }

  private LifeStep end() {
    List<BookingRow> here = confirmed().stream().filter(b -> b.movingTo() == null).toList();
    if (here.isEmpty()) {
      return expire();
    }
    List<Fact> told = new ArrayList<>();
    MeetingRow opened = meeting;
    if (meeting.openedAt() == null) {
      opened = meeting.opened(now);
      told.addAll(facts().opened(confirmed()));
    }
    List<ReviewReason> reasons = noShows(here);
    told.addAll(facts().closed(here, reasons));
    Timeline.Point next = reasons.isEmpty() ? timeline().release(now) : null;
    return LifeStep.then(next)
        .storing(opened.closed(now, reasons))
        .storing(here.stream().map(b -> b.completed(attendance(b))).toList())
        .telling(told);
  }

  /** What is under review is paid by a decision, not by time. */
  private LifeStep release() {
    if (meeting.status() != MeetingRow.Status.closed
        || meeting.review() != MeetingRow.Review.none) {
      return LifeStep.NONE;
    }
    return LifeStep.NONE.storing(
        live.stream()
            .filter(b -> b.status() == Status.completed && b.money() == Money.held)
            .map(b -> b.settling(classHeld(b)))
            .toList());
  }

  private static Settlement classHeld(BookingRow booking) {
    return Settlement.of(CancellationPolicy.classHeld(booking.policy(), booking.price()), null);
  }

  /** Silently: nobody was waiting for it. */
  private LifeStep expire() {
    return LifeStep.NONE.storing(meeting.expired());
  }

  /** What has no credits by now gives its seat back; what is left decides. */
  private LifeStep withoutPending(Function<Life, LifeStep> step) {
    List<BookingRow> late =
        live.stream().filter(b -> b.status() == Status.pending).map(BookingRow::tooLate).toList();
    if (late.isEmpty()) {
      return step.apply(this);
    }
    MeetingRow freed = meeting.withSeats(-late.size());
    return step.apply(new Life(freed, confirmed(), teacherCame, settings, now))
        .rejecting(
            freed, late, late.stream().map(b -> Facts.rejected(new Seat(b, freed), now)).toList());
  }

  private List<ReviewReason> noShows(List<BookingRow> here) {
    Instant openedAt = meeting.openedAt();
    boolean joinable = openedAt != null && openedAt.isBefore(meeting.endsAt());
    List<ReviewReason> reasons = new ArrayList<>();
    if (!teacherCame) {
      reasons.add(
          new ReviewReason(
              meeting.teacherId(),
              joinable ? ReviewReason.TEACHER_ABSENT : ReviewReason.PLATFORM_AWAY));
    }
    for (BookingRow booking : here) {
      if (attendance(booking) == Attendance.absent) {
        reasons.add(
            new ReviewReason(
                booking.studentId(),
                joinable ? ReviewReason.STUDENT_ABSENT : ReviewReason.PLATFORM_AWAY));
      }
    }
    return reasons;
  }

  private static Attendance attendance(BookingRow booking) {
    return booking.attendance() == Attendance.present ? Attendance.present : Attendance.absent;
  }

  private List<BookingRow> confirmed() {
    return live.stream().filter(b -> b.status() == Status.confirmed).toList();
  }

  private List<BookingRow> cameAfter(Instant instant) {
    return confirmed().stream().filter(b -> b.createdAt().isAfter(instant)).toList();
  }

  private LifeFacts facts() {
    return new LifeFacts(meeting, confirmed(), now);
  }

  private Timeline timeline() {
    return new Timeline(meeting.startsAt(), meeting.endsAt(), settings);
  }
}
