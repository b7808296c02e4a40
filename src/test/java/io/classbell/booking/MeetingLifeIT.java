package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.MeetingApi.Milestone;
import io.classbell.booking.api.MeetingApi.ReviewReason;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Settlement;
import io.classbell.booking.store.AttendanceStore;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Task;
import io.classbell.platform.bus.Task.Due;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class MeetingLifeIT {
  private static final Instant START = BookingWorld.START;
  private static final Instant OPEN = START.minus(Duration.ofMinutes(15));
  private static final Instant END = START.plus(Duration.ofMinutes(60));
  private static final Instant RELEASE = END.plus(Duration.ofHours(24));

  @Parameter TestDatabase database;
  private BookingWorld world;

  @BeforeEach
  void start() {
    world = new BookingWorld(database);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void a_class_that_everybody_came_to_goes_through_its_whole_life_and_is_paid() {
    Meeting slot = world.slot(2, 2500);
    Booking booking = world.booked(slot);
    String student = booking.studentId();
    String teacher = slot.teacherId();

    world.moveTo(START.minus(Duration.ofHours(24)));
    world.settleDown();
    world.moveTo(START.minus(Duration.ofHours(1)));
    world.settleDown();
    assertThat(world.heard())
        .containsExactlyInAnyOrder(
            "reminder@" + student,
            "reminder@" + student,
            "reminder@" + teacher,
            "reminder@" + teacher);

    world.moveTo(OPEN);
    world.settleDown();
    assertThat(world.meeting(slot).status()).isEqualTo(Meeting.Status.open);
    assertThat(world.meeting(slot).openedAt()).isBetween(OPEN, OPEN.plusSeconds(30));

    everybodyJoins(slot, booking);
    world.moveTo(START);
    world.settleDown();
    world.moveTo(END);
    world.settleDown();
    Meeting closed = world.meeting(slot);
    assertThat(closed.status()).isEqualTo(Meeting.Status.closed);
    assertThat(closed.closedAt()).isBetween(END, END.plusSeconds(30));
    assertThat(closed.review()).isEqualTo(Meeting.Review.none);
    assertThat(world.booking(booking).status()).isEqualTo(Booking.Status.completed);
    assertThat(world.booking(booking).attendance()).isEqualTo(Booking.Attendance.present);
    assertThat(world.booking(booking).money()).isEqualTo(Booking.Money.held);
    assertThat(world.stored())
        .singleElement()
        .satisfies(d -> assertThat(d.dueAt()).isEqualTo(RELEASE));

    world.moveTo(RELEASE);
    world.settleDown();
    assertThat(world.booking(booking).money()).isEqualTo(Booking.Money.settling);
    assertThat(world.booking(booking).settlement())
        .isEqualTo(new Settlement(0, 2250, 250, "release", "class_held", null));
    assertThat(world.resumed()).containsExactly(booking.id());
    assertThat(world.stored()).isEmpty();
    assertThat(world.heard().stream().filter(h -> !h.startsWith("reminder")))
        .containsExactlyInAnyOrder(
            "meeting_opened@" + student,
            "meeting_opened@" + teacher,
            "meeting_closed@" + student,
            "meeting_closed@" + teacher);
  }

  @Test
  void after_downtime_across_the_whole_life_everything_is_caught_up_in_order() {
    Meeting slot = world.slot(1, 900);
    Booking booking = world.booked(slot);

    world.moveTo(RELEASE.plus(Duration.ofDays(1)));
    Instant back = world.now();
    world.settleDown();

    Meeting closed = world.meeting(slot);
    assertThat(closed.status()).isEqualTo(Meeting.Status.closed);
    assertThat(closed.openedAt()).isAfterOrEqualTo(back).isBeforeOrEqualTo(closed.closedAt());
    assertThat(world.told().stream().map(Fact::kind))
        .as("no reminder of what is over; opened before closed")
        .containsExactly(
            Kind.meeting_opened,
            Kind.meeting_opened,
            Kind.meeting_closed,
            Kind.meeting_closed,
            Kind.review_needed);
    assertThat(world.told())
        .allMatch(f -> f.kind() == Kind.review_needed || f.data().containsKey("lateBy"));
    assertThat(closed.reviewReasons()).extracting(ReviewReason::code).containsOnly("platform_away");
    assertThat(world.booking(booking).money()).isEqualTo(Booking.Money.held);
  }

  @Test
  void a_class_of_a_thousand_to_which_nobody_came_is_closed_and_tells_who_that_was() {
    Meeting slot = world.slot(1_000, 900);
    world.fill(slot);

    world.moveTo(END);
    world.settleDown();

    Meeting closed = world.meeting(slot);
    assertThat(closed.status()).isEqualTo(Meeting.Status.closed);
    assertThat(closed.reviewReasons()).as("the teacher too").hasSize(1_001);
  }

  @Test
  void after_a_late_close_the_whole_dispute_window_is_left() {
    Meeting slot = world.slot(1, 900);
    Booking booking = world.booked(slot);
    world.moveTo(OPEN);
    world.settleDown();
    everybodyJoins(slot, booking);
    world.moveTo(END.plus(Duration.ofHours(30)));
    world.settleDown();
    Instant closedAt = world.meeting(slot).closedAt();
    assertThat(world.stored())
        .singleElement()
        .satisfies(d -> assertThat(d.dueAt()).isEqualTo(closedAt.plus(Duration.ofHours(24))));
  }

  @Test
  void a_close_that_finds_the_meeting_scheduled_opens_it_first() {
    Meeting slot = world.slot(1, 900);
    world.booked(slot);
    world.moveTo(END);
    world.deliver(List.of(milestone(slot, "close", END)));

    Meeting closed = world.meeting(slot);
    assertThat(closed.status()).isEqualTo(Meeting.Status.closed);
    assertThat(closed.openedAt()).isNotNull().isBeforeOrEqualTo(closed.closedAt());
    assertThat(world.told().stream().map(Fact::kind))
        .startsWith(Kind.meeting_opened)
        .contains(Kind.meeting_closed);

    world.deliver(List.of(milestone(slot, "open", OPEN), milestone(slot, "start", START)));
    assertThat(world.meeting(slot)).isEqualTo(closed);
  }

  @Test
  void milestones_in_any_order_and_any_number_leave_one_opening_and_one_close() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Meeting slot = world.slot(3, 900);
    world.booked(slot);
    world.booked(slot);
    world.moveTo(RELEASE);
    List<Due<Milestone>> storm = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      storm.add(milestone(slot, "open", OPEN));
      storm.add(milestone(slot, "start", START));
      storm.add(milestone(slot, "close", END));
      storm.add(milestone(slot, "release", RELEASE));
    }
    Collections.shuffle(storm, random);
    storm.forEach(due -> world.deliver(List.of(due)));

    assertThat(world.meeting(slot).status()).as("seed %d", seed).isEqualTo(Meeting.Status.closed);
    assertThat(world.heard()).as("seed %d", seed).doesNotHaveDuplicates().hasSize(7);
  }

  @Test
  void a_slot_that_nobody_booked_opens_and_expires_silently() {
    Meeting slot = world.slot(5, 2500);
    world.moveTo(OPEN);
    world.settleDown();
    assertThat(world.meeting(slot).status()).isEqualTo(Meeting.Status.open);
    world.moveTo(START);
    world.settleDown();
    assertThat(world.meeting(slot).status()).isEqualTo(Meeting.Status.expired);
    assertThat(world.stored()).isEmpty();
    assertThat(world.told()).isEmpty();
  }

  @Test
  void a_start_with_money_on_its_way_rejects_the_booking_and_sees_to_the_money() {
    Meeting slot = world.slot(5, 2500);
    Booking sure = world.booked(slot);
    Booking pending = world.pending(slot);
    world.moveTo(START);
    world.settleDown();

    assertThat(world.booking(pending).status()).isEqualTo(Booking.Status.rejected);
    assertThat(world.booking(pending).money()).isEqualTo(Booking.Money.voiding);
    assertThat(world.meeting(slot).seatsTaken()).isEqualTo(1);
    assertThat(world.meeting(slot).status()).isEqualTo(Meeting.Status.open);
    assertThat(world.resumed()).containsExactly(pending.id());
    assertThat(world.heard())
        .contains("booking_rejected@" + pending.studentId())
        .doesNotContain("meeting_opened@" + pending.studentId());

    world.moveTo(END);
    world.settleDown();
    assertThat(world.meeting(slot).status()).isEqualTo(Meeting.Status.closed);
    assertThat(world.booking(sure).status()).isEqualTo(Booking.Status.completed);
  }

  @Test
  void a_meeting_that_somebody_else_has_locked_holds_up_no_other() {
    Meeting busy = world.slot(1, 900);
    List<Meeting> others = IntStream.range(0, 5).mapToObj(i -> world.slot(1, 900)).toList();
    world.moveTo(OPEN);
    List<Due<Milestone>> open =
        world.due().stream().filter(d -> d.body().name().equals("open")).toList();

    List<Task.Failed> failed =
        world
            .node
            .database()
            .inTransaction(
                tx -> {
                  world.meetings.lock(tx, busy.id());
                  return world.life.carryOut(open);
                });

    assertThat(others)
        .allSatisfy(m -> assertThat(world.meeting(m).status()).isEqualTo(Meeting.Status.open));
    assertThat(failed)
        .singleElement()
        .satisfies(f -> assertThat(f.canWait()).as("the time is to blame: %s", f).isTrue());
    assertThat(world.life.carryOut(open)).isEmpty();
    assertThat(world.meeting(busy).status()).isEqualTo(Meeting.Status.open);
  }

  @Test
  void while_the_database_is_away_no_milestone_is_to_blame() {
    Meeting slot = world.slot(1, 900);
    world.node.database().close().await();

    assertThat(
            world.life.carryOut(
                List.of(milestone(slot, "open", OPEN), milestone(slot, "start", START))))
        .hasSize(2)
        .allMatch(Task.Failed::canWait);
  }

  @Test
  void a_reminder_that_cannot_be_sent_keeps_no_class_shut() {
    Meeting slot = world.slot(1, 900);
    world.booked(slot);
    List<Due<Milestone>> reminders =
        world.stored().stream().filter(d -> d.body().name().equals("reminder")).toList();
    assertThat(reminders).hasSize(2);
    // They are dead letters now.
    reminders.forEach(
        d -> world.read().execute("DELETE FROM scheduled_message WHERE id = ?", d.id()));

    world.moveTo(END);
    world.settleDown();

    assertThat(world.meeting(slot).status()).isEqualTo(Meeting.Status.closed);
  }

  @Test
  void who_books_an_open_class_late_is_told_at_its_start_that_it_is_open() {
    Meeting slot = world.slot(5, 2500);
    world.moveTo(OPEN);
    world.settleDown();
    world.moveTo(OPEN.plus(Duration.ofMinutes(5)));
    Booking late = world.booked(slot);
    assertThat(world.told()).isEmpty();
    world.moveTo(START);
    world.settleDown();
    assertThat(world.heard())
        .containsExactlyInAnyOrder(
            "meeting_opened@" + late.studentId(), "meeting_opened@" + slot.teacherId());
  }

  @Test
  void every_combination_of_who_came_is_settled_or_reviewed() {
    for (boolean teacherCame : List.of(true, false)) {
      for (int came = 0; came < 4; came++) {
        Meeting slot = world.slot(2, 1000);
        Booking one = world.booked(slot);
        Booking two = world.booked(slot);
        boolean oneCame = (came & 1) > 0;
        boolean twoCame = (came & 2) > 0;
        world
            .node
            .database()
            .inTransaction(
                tx -> {
                  AttendanceStore attendance = new AttendanceStore();
                  if (teacherCame) {
                    attendance.join(tx, Ids.next(), slot.id(), slot.teacherId(), world.now());
                  }
                  if (oneCame) {
                    attendance.present(tx, one.id(), world.now());
                  }
                  if (twoCame) {
                    attendance.present(tx, two.id(), world.now());
                  }
                  return slot;
                });
        List<ReviewReason> reasons = new ArrayList<>();
        if (!teacherCame) {
          reasons.add(new ReviewReason(slot.teacherId(), "teacher_absent"));
        }
        if (!oneCame) {
          reasons.add(new ReviewReason(one.studentId(), "student_absent"));
        }
        if (!twoCame) {
          reasons.add(new ReviewReason(two.studentId(), "student_absent"));
        }
        Instant later = world.now();
        world.node.clock().atLeast(world.node.clock().testOffsetMillis());
        assertThat(later).isBefore(END.plus(Duration.ofDays(1)));
        world.deliver(List.of(milestone(slot, "open", OPEN)));
        world.deliver(List.of(milestone(slot, "close", END)));
        Meeting closed = world.meeting(slot);
        assertThat(closed.reviewReasons()).containsExactlyInAnyOrderElementsOf(reasons);
        assertThat(closed.toApi().requiresManualReview()).isEqualTo(!reasons.isEmpty());
        assertThat(world.booking(one).attendance().name())
            .isEqualTo(oneCame ? "present" : "absent");
        assertThat(
                world.stored().stream()
                    .filter(d -> d.body().meetingId().equals(slot.id()))
                    .map(d -> d.body().name()))
            .contains(reasons.isEmpty() ? "release" : "reminder");
        world.deliver(List.of(milestone(slot, "release", RELEASE)));
        assertThat(world.booking(one).money())
            .isEqualTo(reasons.isEmpty() ? Booking.Money.settling : Booking.Money.held);
      }
    }
  }

  @Test
  void a_cancelled_meeting_neither_reminds_nor_opens() {
    Meeting slot = world.slot(2, 2500);
    world.booked(slot);
    world
        .node
        .database()
        .inTransaction(
            tx -> {
              Meeting locked = world.meetings.lock(tx, slot.id());
              world.meetings.save(
                  tx, List.of(locked.cancelled(world.now(), "teacher", null)), world.now());
              return locked;
            });
    world.moveTo(RELEASE);
    world.settleDown();
    assertThat(world.told()).isEmpty();
    assertThat(world.meeting(slot).status()).isEqualTo(Meeting.Status.cancelled);
    assertThat(world.stored()).isEmpty();
  }

  @Test
  void a_milestone_that_nobody_knows_fails_alone() {
    Meeting slot = world.slot(2, 2500);
    Due<Milestone> unknown = milestone(slot, "intermission", START);
    Meeting other = world.slot(2, 2500);
    assertThat(world.life.carryOut(List.of(unknown, milestone(other, "open", OPEN))))
        .singleElement()
        .satisfies(f -> assertThat(f.id()).isEqualTo(unknown.id()));
    assertThat(world.meeting(other).status()).isEqualTo(Meeting.Status.open);
  }

  @Test
  void a_milestone_of_a_meeting_that_is_gone_is_done() {
    Due<Milestone> gone = new Due<>(Ids.next(), OPEN, 1, new Milestone(Ids.next(), "open", null));
    assertThat(world.life.carryOut(List.of(gone))).isEmpty();
  }

  private void everybodyJoins(Meeting slot, Booking... bookings) {
    world
        .node
        .database()
        .inTransaction(
            tx -> {
              AttendanceStore attendance = new AttendanceStore();
              attendance.join(tx, Ids.next(), slot.id(), slot.teacherId(), world.now());
              for (Booking booking : bookings) {
                attendance.join(tx, Ids.next(), slot.id(), booking.studentId(), world.now());
                attendance.present(tx, booking.id(), world.now());
              }
              return slot;
            });
  }

  private static Due<Milestone> milestone(Meeting slot, String name, Instant dueAt) {
    return new Due<>(Ids.next(), dueAt, 1, new Milestone(slot.id(), name, null));
  }
}
