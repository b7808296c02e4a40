package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import biweekly.Biweekly;
import biweekly.component.VEvent;
import io.classbell.booking.BookingApi.CalendarOf;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class CalendarFeedIT {
  @Parameter TestDatabase database;
  private BookingWorld world;
  private CalendarFeed feed;
  private MeetingRow slot;

  @BeforeEach
  void start() {
    world = new BookingWorld(database);
    feed = new CalendarFeed(world.node);
    slot = world.slot(5, 100);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void a_student_sees_the_own_confirmed_bookings_and_a_teacher_the_own_slots() {
    BookingRow booking = world.booked(slot);
    world.pending(slot);
    world.slot(Ids.next(), BookingWorld.START, 5, 100);
    assertThat(events(booking.studentId(), Caller.Role.student))
        .containsExactly(booking.id() + "@classbell 0 CONFIRMED 2030-03-01T10:00:00Z");
    assertThat(events(slot.teacherId(), Caller.Role.teacher))
        .containsExactly(slot.id() + "@classbell 0 CONFIRMED 2030-03-01T10:00:00Z");
    assertThat(events(Ids.next(), Caller.Role.student)).isEmpty();
  }

  @Test
  void a_cancelled_booking_stays_for_a_while_with_a_higher_sequence() {
    BookingRow booking = world.booked(slot);
    world
        .node
        .database()
        .inTransaction(
            tx -> {
              world.participants.save(
                  tx, List.of(booking.cancelled("student", null, null)), world.now());
              return booking;
            });
    assertThat(events(booking.studentId(), Caller.Role.student))
        .containsExactly(booking.id() + "@classbell 1 CANCELLED 2030-03-01T10:00:00Z");
    world.moveTo(world.now().plus(Duration.ofDays(31)));
    assertThat(events(booking.studentId(), Caller.Role.student)).isEmpty();
  }

  @Test
  void a_slot_that_nobody_booked_leaves_the_teachers_calendar() {
    world.moveTo(BookingWorld.START);
    world.settleDown();
    assertThat(events(slot.teacherId(), Caller.Role.teacher))
        .containsExactly(slot.id() + "@classbell 1 CANCELLED 2030-03-01T10:00:00Z");
  }

  private List<String> events(String userId, Caller.Role role) {
    String ics = feed.calendar(new CalendarOf(new Caller(userId, role))).ics();
    return Biweekly.parse(ics).first().getEvents().stream().map(CalendarFeedIT::line).toList();
  }

  private static String line(VEvent event) {
    return String.join(
        " ",
        event.getUid().getValue(),
        String.valueOf(event.getSequence().getValue()),
        event.getStatus().getValue(),
        event.getDateStart().getValue().toInstant().toString());
  }
}
