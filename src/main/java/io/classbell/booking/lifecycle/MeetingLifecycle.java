package io.classbell.booking.lifecycle;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.MeetingApi.ReviewReason;
import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.event.MeetingEvents;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Booking.Attendance;
import io.classbell.booking.model.Booking.Money;
import io.classbell.booking.model.Booking.Status;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.MeetingTimeline;
import io.classbell.booking.model.Settlement;
import io.classbell.notification.api.NotificationApi.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
 * @param disputed the bookings whose disputes are undecided; at its release
 * @param now the platform's time
 */
record MeetingLifecycle(
    Meeting meeting,
    List<Booking> live,
    boolean teacherCame,
    Set<String> disputed,
    BookingSettings settings,
    Instant now) {

  /** A student who booked shortly before the opening may have been confirmed after it. */
  private static final Duration CONFIRMING = Duration.ofMinutes(1);

  /** What this milestone does. */
  Transition at(MeetingTimeline.Point point) {
    return switch (point.name()) {
      case reminder -> remind(point);
      case open -> open(point);
      case start -> start(point);
      case close -> close();
      case release -> release();
    };
  }

  private Transition remind(MeetingTimeline.Point point) {
    if (!meeting.status().live()) {
      return Transition.NONE;
    }
    Transition step = Transition.then(timeline().next(point));
    boolean late = !now.isBefore(meeting.startsAt()) || timeline().overtaken(point, now);
    return late ? step : step.telling(facts().reminder(point));
  }

  private Transition open(MeetingTimeline.Point point) {
    if (meeting.status() != Meeting.Status.scheduled) {
      return Transition.NONE;
    }
    return Transition.then(timeline().next(point))
        .storing(meeting.opened(now))
        .telling(facts().opened(confirmed()));
  }

  private Transition start(MeetingTimeline.Point point) {
    return meeting.status().live() ? withoutPending(life -> life.begin(point)) : Transition.NONE;
  }

  private Transition begin(MeetingTimeline.Point point) {
    if (confirmed().isEmpty()) {
      return expire();
    }
    Transition step = Transition.then(timeline().next(point));
    Instant openedAt = meeting.openedAt();
    if (openedAt == null) {
      return step.storing(meeting.opened(now)).telling(facts().opened(confirmed()));
    }
    return step.telling(facts().opened(cameAfter(openedAt.minus(CONFIRMING))));
  }

  private Transition close() {
    return meeting.status().live() ? withoutPending(MeetingLifecycle::end) : Transition.NONE;
  }

  private Transition end() {
    List<Booking> here = confirmed().stream().filter(b -> b.movingTo() == null).toList();
    if (here.isEmpty()) {
      return expire();
    }
    List<Fact> told = new ArrayList<>();
    Meeting opened = meeting;
    if (meeting.openedAt() == null) {
      opened = meeting.opened(now);
      told.addAll(facts().opened(confirmed()));
    }
    List<ReviewReason> reasons = noShows(here);
    told.addAll(facts().closed(here, reasons));
    MeetingTimeline.Point next = reasons.isEmpty() ? timeline().release(now) : null;
    return Transition.then(next)
        .storing(opened.closed(now, reasons))
        .storing(here.stream().map(b -> b.completed(attendance(b))).toList())
        .telling(told);
  }

  /** What is under review or in dispute is paid by a decision, not by time. */
  private Transition release() {
    if (meeting.status() != Meeting.Status.closed || meeting.review() != Meeting.Review.none) {
      return Transition.NONE;
    }
    return Transition.NONE.storing(
        live.stream()
            .filter(b -> b.status() == Status.completed && b.money() == Money.held)
            .filter(b -> !disputed.contains(b.id()))
            .map(b -> b.settling(classHeld(b)))
            .toList());
  }

  private static Settlement classHeld(Booking booking) {
    return Settlement.of(CancellationPolicy.classHeld(booking.policy(), booking.price()), null);
  }

  /** Silently: nobody was waiting for it. */
  private Transition expire() {
    return Transition.NONE.storing(meeting.expired());
  }

  /** What has no credits by now gives its seat back; what is left decides. */
  private Transition withoutPending(Function<MeetingLifecycle, Transition> step) {
    List<Booking> late =
        live.stream().filter(b -> b.status() == Status.pending).map(Booking::tooLate).toList();
    if (late.isEmpty()) {
      return step.apply(this);
    }
    return step.apply(
            new MeetingLifecycle(meeting, confirmed(), teacherCame, disputed, settings, now))
        .rejecting(
            late,
            late.stream()
                .map(b -> BookingEvents.rejected(new BookingWithMeeting(b, meeting), now))
                .toList());
  }

  private List<ReviewReason> noShows(List<Booking> here) {
    Instant openedAt = meeting.openedAt();
    boolean joinable = openedAt != null && openedAt.isBefore(meeting.endsAt());
    List<ReviewReason> reasons = new ArrayList<>();
    if (!teacherCame) {
      reasons.add(
          new ReviewReason(
              meeting.teacherId(),
              joinable ? ReviewReason.TEACHER_ABSENT : ReviewReason.PLATFORM_AWAY));
    }
    for (Booking booking : here) {
      if (attendance(booking) == Attendance.absent) {
        reasons.add(
            new ReviewReason(
                booking.studentId(),
                joinable ? ReviewReason.STUDENT_ABSENT : ReviewReason.PLATFORM_AWAY));
      }
    }
    return reasons;
  }

  private static Attendance attendance(Booking booking) {
    return booking.attendance() == Attendance.present ? Attendance.present : Attendance.absent;
  }

  private List<Booking> confirmed() {
    return live.stream().filter(b -> b.status() == Status.confirmed).toList();
  }

  private List<Booking> cameAfter(Instant instant) {
    return confirmed().stream().filter(b -> b.createdAt().isAfter(instant)).toList();
  }

  private MeetingEvents facts() {
    return new MeetingEvents(meeting, confirmed(), now);
  }

  private MeetingTimeline timeline() {
    return new MeetingTimeline(meeting.startsAt(), meeting.endsAt(), settings);
  }
}
