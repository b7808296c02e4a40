package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.booking.api.MeetingApi.JoinMeeting;
import io.classbell.booking.api.MeetingApi.Joined;
import io.classbell.booking.attendance.Classroom;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Settlement;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class ClassroomIT {
  private static final Instant START = BookingWorld.START;
  private static final Instant OPEN = START.minus(Duration.ofMinutes(15));

  @Parameter TestDatabase database;
  private BookingWorld world;
  private Classroom classroom;
  private Meeting slot;
  private Booking booking;

  @BeforeEach
  void start() {
    world = new BookingWorld(database);
    classroom = new Classroom(world.node, BookingDefaults.SETTINGS, world.stores);
    slot = world.slot(5, 100);
    booking = world.booked(slot);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void an_open_class_is_joined_and_left_and_each_is_recorded() {
    world.moveTo(OPEN);
    world.settleDown();
    Joined student = classroom.join(as(booking.studentId()));
    Joined teacher = classroom.join(as(slot.teacherId()));
    assertThat(student.joinUrl())
        .isEqualTo("https://meet.jit.si/classbell-" + slot.room())
        .isEqualTo(teacher.joinUrl());
    assertThat(world.booking(booking).attendance()).isEqualTo(Booking.Attendance.present);

    assertThat(classroom.leave(as(booking.studentId())).joinUrl()).isNull();
    classroom.join(as(booking.studentId()));
    assertThat(visits()).isEqualTo("3 visits, 1 left");
    world.moveTo(START.plus(Duration.ofHours(1)));
    world.settleDown();
    assertThat(visits()).as("at the close all leave").isEqualTo("3 visits, 3 left");
    assertThat(world.meeting(slot).review()).isEqualTo(Meeting.Review.none);
  }

  @Test
  void joining_and_leaving_twice_is_harmless() {
    world.moveTo(OPEN);
    world.settleDown();
    Joined first = classroom.join(as(booking.studentId()));
    assertThat(classroom.join(as(booking.studentId()))).isEqualTo(first);
    assertThat(visits()).isEqualTo("1 visits, 0 left");
    classroom.leave(as(booking.studentId()));
    classroom.leave(as(booking.studentId()));
    assertThat(visits()).isEqualTo("1 visits, 1 left");
    assertThat(world.booking(booking).attendance())
        .as("who left was there")
        .isEqualTo(Booking.Attendance.present);
  }

  @Test
  void outside_its_window_nobody_joins() {
    refused(as(booking.studentId()), 409, "meeting_not_open");
    refused(as(slot.teacherId()), 409, "meeting_not_open");
    world.moveTo(START.plus(Duration.ofHours(2)));
    world.settleDown();
    refused(as(booking.studentId()), 409, "meeting_not_open");
    assertThat(visits()).isEqualTo("0 visits, 0 left");
  }

  @Test
  void after_the_end_nobody_joins_though_the_close_is_late() {
    world.moveTo(OPEN);
    world.settleDown();
    world.moveTo(START.plus(Duration.ofHours(1)));
    refused(as(booking.studentId()), 409, "meeting_not_open");
  }

  @Test
  void to_others_it_does_not_exist() {
    Booking pending = world.pending(slot);
    world.moveTo(OPEN);
    world.settleDown();
    refused(as(Ids.next()), 404, "not_found");
    refused(as(pending.studentId()), 404, "not_found");
    refused(
        new JoinMeeting(
            Ids.next(), new Caller(booking.studentId(), Caller.Role.student), Ids.next()),
        404,
        "not_found");
  }

  @Test
  void who_cancelled_is_another_and_who_was_cancelled_finds_it_closed() {
    Booking mine = world.booked(slot);
    Booking theirs = world.booked(slot);
    world
        .node
        .database()
        .inTransaction(
            tx -> {
              world.participants.save(
                  tx,
                  java.util.List.of(
                      mine.cancelled("student", null, null),
                      theirs.cancelled(
                          "teacher",
                          null,
                          new Settlement(
                              theirs.price(), 0, 0, "refund", "meeting_cancelled", null))),
                  world.now());
              return slot;
            });
    refused(as(mine.studentId()), 404, "not_found");
    refused(as(theirs.studentId()), 409, "meeting_not_open");
  }

  private void refused(JoinMeeting command, int status, String code) {
    assertThatThrownBy(() -> classroom.join(command))
        .isInstanceOfSatisfying(
            RejectedException.class,
            r -> {
              assertThat(r.failure().status()).isEqualTo(status);
              assertThat(r.failure().code()).isEqualTo(code);
            });
    assertThatThrownBy(() -> classroom.leave(command)).isInstanceOf(RejectedException.class);
  }

  private String visits() {
    return world
        .read()
        .first(
            "SELECT COUNT(*) AS n, COUNT(left_at) AS l FROM attendance WHERE meeting_id = ?",
            r -> r.getLong("n") + " visits, " + r.getLong("l") + " left",
            slot.id());
  }

  private JoinMeeting as(String userId) {
    return new JoinMeeting(Ids.next(), new Caller(userId, Caller.Role.student), slot.id());
  }
}
