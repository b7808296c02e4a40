package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.BookingApi.ReviewReason;
import io.classbell.notification.NotificationApi.Fact;
import io.classbell.notification.NotificationApi.Kind;
import io.classbell.platform.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every milestone on every state of a meeting, with every kind of booking in it. */
class LifeTest {
  private static final Instant START = Instant.parse("2030-03-01T10:00:00Z");
  private static final Instant END = START.plus(Duration.ofHours(1));
  private static final MeetingRow SCHEDULED =
      MeetingRow.scheduled(
          "m", "teacher", null, "Algebra", START, 60, 5, 2500, START.minus(Duration.ofDays(9)));
  private static final MeetingRow OPEN = SCHEDULED.opened(START.minus(Duration.ofMinutes(15)));

  private static List<MeetingRow> ended() {
    return List.of(
        OPEN.closed(END, List.of()),
        OPEN.closed(END, List.of(new ReviewReason("teacher", "teacher_absent"))),
        OPEN.cancelled(START, null),
        SCHEDULED.cancelled(START, null),
        OPEN.expired());
  }

  @Test
  void to_a_meeting_that_is_over_no_milestone_but_the_release_does_anything() {
    for (MeetingRow meeting : ended()) {
      for (Timeline.Name name : Timeline.Name.values()) {
        if (name != Timeline.Name.release) {
          assertThat(at(name, meeting.withSeats(1), END, true, confirmed("s")))
              .as("%s of a %s meeting", name, meeting.status())
              .isEqualTo(LifeStep.NONE);
        }
      }
    }
  }

  @Test
  void only_a_closed_meeting_without_review_is_released_and_only_what_is_held() {
    BookingRow held = confirmed("a").completed(BookingRow.Attendance.present);
    BookingRow settled = held.withMoney(BookingRow.Money.settled, null);
    for (MeetingRow meeting : ended()) {
      LifeStep step = at(Timeline.Name.release, meeting, END, true, held, settled);
      boolean released =
          meeting.status() == MeetingRow.Status.closed
              && meeting.review() == MeetingRow.Review.none;
      assertThat(step.bookings()).hasSize(released ? 1 : 0);
      assertThat(step.meeting()).isNull();
      assertThat(step.next()).isNull();
    }
    assertThat(at(Timeline.Name.release, OPEN, END, true, held)).isEqualTo(LifeStep.NONE);
  }

  @Test
  void opening_happens_to_a_scheduled_meeting_alone() {
    Instant now = START.minus(Duration.ofMinutes(15));
    LifeStep step =
        at(Timeline.Name.open, SCHEDULED.withSeats(2), now, false, confirmed("s"), pending("p"));
    assertThat(step.meeting()).isEqualTo(SCHEDULED.withSeats(2).opened(now));
    assertThat(told(step)).containsExactly("meeting_opened s", "meeting_opened teacher");
    assertThat(step.next().name()).isEqualTo(Timeline.Name.start);
    assertThat(at(Timeline.Name.open, OPEN.withSeats(1), now, false, confirmed("s")))
        .isEqualTo(LifeStep.NONE);
    assertThat(told(at(Timeline.Name.open, SCHEDULED, now, false))).isEmpty();
  }

  @Test
  void a_start_without_bookings_expires_silently_and_one_with_pending_ones_waits() {
    for (MeetingRow meeting : List.of(SCHEDULED, OPEN)) {
      LifeStep nobody = at(Timeline.Name.start, meeting, START, false);
      assertThat(nobody.meeting().status()).isEqualTo(MeetingRow.Status.expired);
      assertThat(nobody.facts()).isEmpty();
      assertThat(nobody.next()).isNull();

      LifeStep waiting = at(Timeline.Name.start, meeting.withSeats(1), START, false, pending("p"));
      assertThat(waiting).isEqualTo(LifeStep.tryAgain(START.plusSeconds(2)));
      assertThat(at(Timeline.Name.start, meeting.withSeats(1), START, false))
          .as("a seat held by a move on its way in")
          .isEqualTo(LifeStep.tryAgain(START.plusSeconds(2)));
    }
  }

  @Test
  void a_start_that_was_never_opened_opens_first() {
    LifeStep step = at(Timeline.Name.start, SCHEDULED.withSeats(1), START, false, confirmed("s"));
    assertThat(step.meeting().status()).isEqualTo(MeetingRow.Status.open);
    assertThat(step.meeting().openedAt()).isEqualTo(START);
    assertThat(told(step)).containsExactly("meeting_opened s", "meeting_opened teacher");
    assertThat(step.next().name()).isEqualTo(Timeline.Name.close);
  }

  @Test
  void a_close_waits_for_what_is_undecided() {
    LifeStep again = LifeStep.tryAgain(END.plusSeconds(2));
    assertThat(at(Timeline.Name.close, OPEN.withSeats(2), END, true, confirmed("s"), pending("p")))
        .isEqualTo(again);
    assertThat(at(Timeline.Name.close, OPEN.withSeats(2), END, true, confirmed("s")))
        .isEqualTo(again);
    Move away = new Move("c", "m", "other", "Algebra", 2500, START, END, null);
    assertThat(at(Timeline.Name.close, OPEN.withSeats(1), END, true, confirmed("s").moving(away)))
        .isEqualTo(again);
  }

  @Test
  void a_close_says_who_did_not_come() {
    BookingRow came = present(confirmed("came"));
    BookingRow absent = confirmed("absent");
    for (boolean teacherCame : List.of(true, false)) {
      for (List<BookingRow> bookings :
          List.of(List.of(came), List.of(absent), List.of(came, absent))) {
        LifeStep step =
            at(
                Timeline.Name.close,
                OPEN.withSeats(bookings.size()),
                END,
                teacherCame,
                bookings.toArray(BookingRow[]::new));
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
            .allMatch(b -> b.status() == BookingRow.Status.completed)
            .allMatch(b -> b.money() == BookingRow.Money.held)
            .allMatch(
                b ->
                    (b.attendance() == BookingRow.Attendance.present)
                        == b.studentId().equals("came"));
        assertThat(step.next() == null).isEqualTo(review);
        assertThat(told(step).contains("review_needed admins")).isEqualTo(review);
        assertThat(told(step).stream().filter(t -> t.startsWith("meeting_closed")))
            .hasSize(bookings.size() + 1);
      }
    }
  }

  @Test
  void reminders_go_to_the_confirmed_ones_while_there_is_time() {
    Timeline timeline = new Timeline(START, END, BookingDefaults.SETTINGS);
    Timeline.Point day = timeline.points().getFirst();
    for (MeetingRow meeting : List.of(SCHEDULED, OPEN)) {
      LifeStep step =
          life(meeting.withSeats(2), day.dueAt(), false, confirmed("s"), pending("p")).at(day);
      assertThat(told(step)).containsExactly("reminder s", "reminder teacher");
      assertThat(step.facts()).allMatch(f -> f.data().get("before").equals("PT24H"));
      assertThat(step.facts()).allMatch(f -> f.cause().equals("reminder:m:PT24H"));
    }
    assertThat(told(life(SCHEDULED, day.dueAt(), false).at(day))).as("nobody booked").isEmpty();
    LifeStep overtaken =
        life(SCHEDULED.withSeats(1), START.minus(Duration.ofMinutes(59)), false, confirmed("s"))
            .at(day);
    assertThat(overtaken.facts()).isEmpty();
    assertThat(overtaken.next()).isEqualTo(timeline.points().get(1));
  }

  private static LifeStep at(
      Timeline.Name name,
      MeetingRow meeting,
      Instant now,
      boolean teacherCame,
      BookingRow... bookings) {
    return life(meeting, now, teacherCame, bookings).at(point(name));
  }

  private static Life life(
      MeetingRow meeting, Instant now, boolean teacherCame, BookingRow... bookings) {
    return new Life(meeting, List.of(bookings), teacherCame, BookingDefaults.SETTINGS, now);
  }

  private static Timeline.Point point(Timeline.Name name) {
    return new Timeline(START, END, BookingDefaults.SETTINGS)
        .points().stream().filter(p -> p.name() == name).findFirst().orElseThrow();
  }

  private static List<String> told(@Nullable LifeStep step) {
    return step.facts().stream().map(LifeTest::line).toList();
  }

  private static String line(Fact fact) {
    Kind kind = fact.kind();
    return kind + " " + fact.userId();
  }

  private static BookingRow confirmed(String student) {
    return pending(student).confirmed();
  }

  private static BookingRow pending(String student) {
    return BookingRow.pending(
        Ids.derived(student),
        student,
        SCHEDULED,
        CancellationPolicy.frozen(BookingDefaults.SETTINGS),
        START.minus(Duration.ofDays(8)));
  }

  private static BookingRow present(BookingRow booking) {
    BookingRow completed = booking.completed(BookingRow.Attendance.present);
    return new BookingRow(
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
