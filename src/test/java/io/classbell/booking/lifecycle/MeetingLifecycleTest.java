package io.classbell.booking.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.BookingDefaults;
import io.classbell.booking.api.MeetingApi.ReviewReason;
import io.classbell.booking.decision.BookingUnitOfWork;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.MeetingTimeline;
import io.classbell.booking.model.Move;
import io.classbell.booking.model.PendingAction;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.platform.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every milestone on every state of a meeting, with every kind of booking in it. */
class MeetingLifecycleTest {
  private static final Instant START = Instant.parse("2030-03-01T10:00:00Z");
  private static final Instant END = START.plus(Duration.ofHours(1));
  private static final Meeting SCHEDULED =
      Meeting.scheduled(
          "m", "teacher", null, "Algebra", START, 60, 5, 2500, START.minus(Duration.ofDays(9)));
  private static final Meeting OPEN = SCHEDULED.opened(START.minus(Duration.ofMinutes(15)));

  private static List<Meeting> ended() {
    return List.of(
        OPEN.closed(END, List.of()),
        OPEN.closed(END, List.of(new ReviewReason("teacher", "teacher_absent"))),
        OPEN.cancelled(START, "teacher", null),
        SCHEDULED.cancelled(START, "admin", null),
        OPEN.expired());
  }

  @Test
  void to_a_meeting_that_is_over_no_milestone_but_the_release_does_anything() {
    for (Meeting meeting : ended()) {
      for (MeetingTimeline.Name name : MeetingTimeline.Name.values()) {
        if (name != MeetingTimeline.Name.release) {
          assertThat(at(name, meeting.withSeats(1), END, true, confirmed("s")))
              .as("%s of a %s meeting", name, meeting.status())
              .isEqualTo(Transition.NONE);
        }
      }
    }
  }

  @Test
  void only_a_closed_meeting_without_review_is_released_and_only_what_is_held() {
    Booking held = confirmed("a").completed(Booking.Attendance.present);
    Booking settled = held.withMoney(Booking.Money.settled, null);
    for (Meeting meeting : ended()) {
      Transition step = at(MeetingTimeline.Name.release, meeting, END, true, held, settled);
      boolean released =
          meeting.status() == Meeting.Status.closed && meeting.review() == Meeting.Review.none;
      assertThat(step.bookings()).hasSize(released ? 1 : 0);
      assertThat(step.meeting()).isNull();
      assertThat(step.next()).isNull();
    }
    assertThat(at(MeetingTimeline.Name.release, OPEN, END, true, held)).isEqualTo(Transition.NONE);
  }

  @Test
  void opening_happens_to_a_scheduled_meeting_alone() {
    Instant now = START.minus(Duration.ofMinutes(15));
    Transition step =
        at(
            MeetingTimeline.Name.open,
            SCHEDULED.withSeats(2),
            now,
            false,
            confirmed("s"),
            pending("p"));
    assertThat(step.meeting()).isEqualTo(SCHEDULED.withSeats(2).opened(now));
    assertThat(told(step)).containsExactly("meeting_opened s", "meeting_opened teacher");
    assertThat(step.next().name()).isEqualTo(MeetingTimeline.Name.start);
    assertThat(at(MeetingTimeline.Name.open, OPEN.withSeats(1), now, false, confirmed("s")))
        .isEqualTo(Transition.NONE);
    assertThat(told(at(MeetingTimeline.Name.open, SCHEDULED, now, false))).isEmpty();
  }

  @Test
  void a_start_without_bookings_expires_silently_and_waits_for_no_money() {
    for (Meeting meeting : List.of(SCHEDULED, OPEN)) {
      Transition nobody = at(MeetingTimeline.Name.start, meeting, START, false);
      assertThat(nobody.meeting().status()).isEqualTo(Meeting.Status.expired);
      assertThat(nobody.facts()).isEmpty();
      assertThat(nobody.next()).isNull();

      Booking waiting = pending("p");
      Transition late = at(MeetingTimeline.Name.start, meeting.withSeats(1), START, false, waiting);
      assertThat(written(late, meeting.withSeats(1), waiting)).isEqualTo(meeting.expired());
      assertRejected(late, "p");
      assertThat(
              at(MeetingTimeline.Name.start, meeting.withSeats(1), START, false).meeting().status())
          .as("a seat held by a move on its way in")
          .isEqualTo(Meeting.Status.expired);
    }
  }

  @Test
  void a_start_goes_on_with_those_whose_money_is_sure() {
    Booking sure = confirmed("s");
    Booking waiting = pending("p");
    Transition opened =
        at(MeetingTimeline.Name.start, OPEN.withSeats(2), START, false, sure, waiting);
    assertThat(written(opened, OPEN.withSeats(2), sure, waiting)).isEqualTo(OPEN.withSeats(1));
    assertThat(opened.next().name()).isEqualTo(MeetingTimeline.Name.close);
    assertRejected(opened, "p");
    assertThat(told(opened)).containsExactly("booking_rejected p");
  }

  /** The meeting as it is written, its seats included. */
  private static Meeting written(Transition step, Meeting before, Booking... live) {
    BookingUnitOfWork unit = new BookingUnitOfWork(START);
    unit.load(before);
    List.of(live).forEach(unit::load);
    step.applyTo(unit, before.id());
    return unit.meeting(before.id());
  }

  private static void assertRejected(Transition step, String student) {
    assertThat(step.bookings())
        .filteredOn(b -> b.status() == Booking.Status.rejected)
        .singleElement()
        .satisfies(
            b -> {
              assertThat(b.studentId()).isEqualTo(student);
              assertThat(b.reason()).isEqualTo("class_began");
              assertThat(PendingAction.of(b)).isEqualTo(PendingAction.VOID_HOLD);
            });
    assertThat(told(step)).contains("booking_rejected " + student);
  }

  @Test
  void a_start_that_was_never_opened_opens_first() {
    Transition step =
        at(MeetingTimeline.Name.start, SCHEDULED.withSeats(1), START, false, confirmed("s"));
    assertThat(step.meeting().status()).isEqualTo(Meeting.Status.open);
    assertThat(step.meeting().openedAt()).isEqualTo(START);
    assertThat(told(step)).containsExactly("meeting_opened s", "meeting_opened teacher");
    assertThat(step.next().name()).isEqualTo(MeetingTimeline.Name.close);
  }

  @Test
  void a_close_waits_for_nothing_and_leaves_those_who_are_moving_to_their_move() {
    Booking sure = confirmed("s");
    Booking waiting = pending("p");
    Transition late = at(MeetingTimeline.Name.close, OPEN.withSeats(2), END, true, sure, waiting);
    assertThat(late.meeting().status()).isEqualTo(Meeting.Status.closed);
    assertThat(written(late, OPEN.withSeats(2), sure, waiting).seatsTaken()).isEqualTo(1);
    assertRejected(late, "p");

    Move away = new Move("c", "m", "other", "Algebra", 2500, START, END, null, null);
    Booking moving = confirmed("m").moving(away);
    Transition step =
        at(MeetingTimeline.Name.close, OPEN.withSeats(2), END, true, confirmed("s"), moving);
    assertThat(step.meeting().status()).isEqualTo(Meeting.Status.closed);
    assertThat(step.bookings()).extracting(Booking::studentId).containsExactly("s");
    assertThat(told(step)).doesNotContain("meeting_closed m");
    assertThat(
            at(MeetingTimeline.Name.close, OPEN.withSeats(1), END, true, moving).meeting().status())
        .isEqualTo(Meeting.Status.expired);
  }

  @Test
  void a_class_that_was_never_open_says_that_the_platform_was_away() {
    Transition step =
        at(MeetingTimeline.Name.close, SCHEDULED.withSeats(1), END, false, confirmed("s"));
    assertThat(step.meeting().reviewReasons())
        .containsExactly(
            new ReviewReason("teacher", "platform_away"), new ReviewReason("s", "platform_away"));
    assertThat(reasons(step)).isEqualTo("platform_away");
    assertThat(
            reasons(
                at(
                    MeetingTimeline.Name.close,
                    SCHEDULED.opened(START.plusSeconds(90)).withSeats(2),
                    END,
                    false,
                    confirmed("a"),
                    confirmed("b"))))
        .isEqualTo("teacher_absent student_absent:2 opened_late");
  }

  private static String reasons(Transition step) {
    return step.facts().stream()
        .filter(f -> f.kind() == Kind.review_needed)
        .map(f -> f.data().get("reasons"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_close_says_who_did_not_come() {
    Booking came = present(confirmed("came"));
    Booking absent = confirmed("absent");
    for (boolean teacherCame : List.of(true, false)) {
      for (List<Booking> bookings :
          List.of(List.of(came), List.of(absent), List.of(came, absent))) {
        Transition step =
            at(
                MeetingTimeline.Name.close,
                OPEN.withSeats(bookings.size()),
                END,
                teacherCame,
                bookings.toArray(Booking[]::new));
        List<ReviewReason> expected = new ArrayList<>();
        if (!teacherCame) {
          expected.add(new ReviewReason("teacher", "teacher_absent"));
        }
        if (bookings.contains(absent)) {
          expected.add(new ReviewReason("absent", "student_absent"));
        }
        boolean review = !expected.isEmpty();
        assertThat(step.meeting().reviewReasons()).isEqualTo(expected);
        assertThat(step.meeting().closedAt()).isEqualTo(END);
        assertThat(step.bookings())
            .hasSameSizeAs(bookings)
            .allMatch(b -> b.status() == Booking.Status.completed)
            .allMatch(b -> b.money() == Booking.Money.held)
            .allMatch(
                b ->
                    (b.attendance() == Booking.Attendance.present) == b.studentId().equals("came"));
        assertThat(step.next() == null).isEqualTo(review);
        assertThat(told(step).contains("review_needed admins")).isEqualTo(review);
        assertThat(told(step).stream().filter(t -> t.startsWith("meeting_closed")))
            .hasSize(bookings.size() + 1);
      }
    }
  }

  @Test
  void reminders_go_to_the_confirmed_ones_while_there_is_time() {
    MeetingTimeline timeline = new MeetingTimeline(START, END, BookingDefaults.SETTINGS);
    MeetingTimeline.Point day = timeline.points().getFirst();
    for (Meeting meeting : List.of(SCHEDULED, OPEN)) {
      Transition step =
          life(meeting.withSeats(2), day.dueAt(), false, confirmed("s"), pending("p")).at(day);
      assertThat(told(step)).containsExactly("reminder s", "reminder teacher");
      assertThat(step.facts()).allMatch(f -> f.data().get("before").equals("PT24H"));
      assertThat(step.facts()).allMatch(f -> f.cause().equals("reminder:m:PT24H"));
    }
    assertThat(told(life(SCHEDULED, day.dueAt(), false).at(day))).as("nobody booked").isEmpty();
    Transition overtaken =
        life(SCHEDULED.withSeats(1), START.minus(Duration.ofMinutes(59)), false, confirmed("s"))
            .at(day);
    assertThat(overtaken.facts()).isEmpty();
    assertThat(overtaken.next()).isEqualTo(timeline.points().get(1));
  }

  private static Transition at(
      MeetingTimeline.Name name,
      Meeting meeting,
      Instant now,
      boolean teacherCame,
      Booking... bookings) {
    return life(meeting, now, teacherCame, bookings).at(point(name));
  }

  private static MeetingLifecycle life(
      Meeting meeting, Instant now, boolean teacherCame, Booking... bookings) {
    return new MeetingLifecycle(
        meeting, List.of(bookings), teacherCame, Set.of(), BookingDefaults.SETTINGS, now);
  }

  private static MeetingTimeline.Point point(MeetingTimeline.Name name) {
    return new MeetingTimeline(START, END, BookingDefaults.SETTINGS)
        .points().stream().filter(p -> p.name() == name).findFirst().orElseThrow();
  }

  private static List<String> told(@Nullable Transition step) {
    return step.facts().stream().map(MeetingLifecycleTest::line).toList();
  }

  private static String line(Fact fact) {
    Kind kind = fact.kind();
    return kind + " " + fact.userId();
  }

  private static Booking confirmed(String student) {
    return pending(student).confirmed();
  }

  private static Booking pending(String student) {
    return Booking.pending(
        Ids.derived(student),
        student,
        SCHEDULED,
        CancellationPolicy.frozen(BookingDefaults.SETTINGS),
        START.minus(Duration.ofDays(8)));
  }

  private static Booking present(Booking booking) {
    Booking completed = booking.completed(Booking.Attendance.present);
    return new Booking(
        booking.id(),
        booking.meetingId(),
        booking.studentId(),
        booking.teacherId(),
        booking.status(),
        booking.reason(),
        booking.price(),
        booking.policy(),
        booking.startsAt(),
        booking.endsAt(),
        completed.attendance(),
        booking.money(),
        booking.settlement(),
        booking.cancelledBy(),
        booking.sequence(),
        booking.movingTo(),
        booking.move(),
        booking.createdAt());
  }
}
