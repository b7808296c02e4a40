package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import biweekly.Biweekly;
import biweekly.ICalendar;
import biweekly.component.VEvent;
import io.classbell.booking.api.BookingApi.CalendarOf;
import io.classbell.booking.calendar.CalendarFeed;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Meeting;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class CalendarFeedIT {
  @Parameter TestDatabase database;
  private BookingWorld world;
  private CalendarFeed feed;
  private Meeting slot;

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
    Booking booking = world.booked(slot);
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
    Booking booking = world.booked(slot);
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

  @Test
  void every_upcoming_slot_of_eleven_daily_series_is_included_before_the_past() {
    String teacherId = Ids.next();
    Instant now = world.now().truncatedTo(ChronoUnit.SECONDS);
    Instant first = now.plus(Duration.ofHours(1));
    insertHourly(teacherId, now.minus(Duration.ofDays(60)), 300);
    insertHourly(teacherId, first, 2_200);
    List<VEvent> events = parsed(feed, teacherId, Caller.Role.teacher).getEvents();
    List<Instant> starts =
        events.stream().map(e -> e.getDateStart().getValue().toInstant()).toList();
    assertThat(starts).hasSize(2_500).doesNotHaveDuplicates();
    assertThat(starts.subList(0, 2_200))
        .isSorted()
        .startsWith(first)
        .endsWith(first.plus(Duration.ofHours(2_199)));
    assertThat(starts.subList(2_200, 2_500)).allMatch(start -> start.isBefore(world.now()));
  }

  @Test
  void a_feed_that_leaves_out_upcoming_classes_keeps_the_nearest_and_says_so() {
    String teacherId = Ids.next();
    Instant first = world.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(3_600);
    insertHourly(teacherId, first.minus(Duration.ofDays(60)), 20);
    insertHourly(teacherId, first, 6);
    ICalendar cut = parsed(new CalendarFeed(world.node, 5), teacherId, Caller.Role.teacher);
    assertThat(cut.getEvents().subList(0, 5))
        .extracting(event -> event.getDateStart().getValue().toInstant())
        .startsWith(first)
        .endsWith(first.plus(Duration.ofHours(4)));
    assertThat(cut.getDescriptions().getFirst().getValue())
        .endsWith("Only the next 5 upcoming classes are included.");
    ICalendar whole = parsed(new CalendarFeed(world.node, 6), teacherId, Caller.Role.teacher);
    assertThat(whole.getEvents()).hasSize(26);
    assertThat(whole.getDescriptions().getFirst().getValue()).doesNotContain("Only");
  }

  private void insertHourly(String teacherId, Instant first, int count) {
    List<Meeting> slots =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    Meeting.scheduled(
                        Ids.next(),
                        teacherId,
                        null,
                        "Algebra",
                        first.plus(Duration.ofHours(i)),
                        60,
                        5,
                        100,
                        world.now()))
            .toList();
    world
        .node
        .database()
        .inTransaction(
            tx -> {
              world.meetings.insert(tx, slots);
              return slots;
            });
  }

  private static ICalendar parsed(CalendarFeed feed, String userId, Caller.Role role) {
    return Biweekly.parse(feed.calendar(new CalendarOf(new Caller(userId, role), null)).ics())
        .first();
  }

  private List<String> events(String userId, Caller.Role role) {
    String ics = feed.calendar(new CalendarOf(new Caller(userId, role), null)).ics();
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
