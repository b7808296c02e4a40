package io.classbell.booking.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.BookingDefaults;
import io.classbell.booking.api.MeetingApi.Milestone;
import io.classbell.booking.model.MeetingTimeline.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeetingTimelineTest {
  private static final Instant START = Instant.parse("2030-03-01T10:00:00Z");
  private static final Instant END = START.plus(Duration.ofMinutes(60));
  private static final MeetingTimeline TIMELINE =
      new MeetingTimeline(START, END, BookingDefaults.SETTINGS);

  @Test
  void a_meeting_reminds_twice_opens_starts_closes_and_releases() {
    assertThat(chain(START.minus(Duration.ofDays(30))))
        .containsExactly(
            "reminder PT24H 2030-02-28T10:00:00Z",
            "reminder PT1H 2030-03-01T09:00:00Z",
            "open 2030-03-01T09:45:00Z",
            "start 2030-03-01T10:00:00Z",
            "close 2030-03-01T11:00:00Z",
            "release 2030-03-02T11:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    "PT24H0.001S, reminder",
    "PT24H,       reminder", // its own instant has come: the next one reminds
    "PT1H0.001S,  reminder",
    "PT1H,        open",
    "PT16M,       open",
    "PT15M,       open",
    "PT1M,        open",
  })
  void a_slot_made_late_skips_the_reminders_whose_time_has_come(
      Duration before, MeetingTimeline.Name first) {
    Point point = TIMELINE.first(START.minus(before)).getFirst();
    assertThat(point.name()).isEqualTo(first);
    if (first == MeetingTimeline.Name.open) {
      assertThat(point.dueAt()).isEqualTo(START.minus(Duration.ofMinutes(15)));
    }
  }

  @Test
  void reminders_and_the_opening_are_there_from_the_beginning() {
    assertThat(TIMELINE.first(START.minus(Duration.ofDays(3))).stream().map(p -> p.name().name()))
        .containsExactly("reminder", "reminder", "open");
    assertThat(TIMELINE.first(START.minus(Duration.ofHours(2))).stream().map(p -> p.name().name()))
        .containsExactly("reminder", "open");
  }

  @Test
  void a_reminder_is_overtaken_once_the_next_milestone_is_due() {
    Point day = TIMELINE.point(new Milestone("m", "reminder", "PT24H"));
    assertThat(TIMELINE.overtaken(day, day.dueAt())).isFalse();
    assertThat(TIMELINE.overtaken(day, START.minus(Duration.ofMinutes(61)))).isFalse();
    assertThat(TIMELINE.overtaken(day, START.minus(Duration.ofHours(1)))).isTrue();
  }

  @Test
  void a_reminder_of_the_instant_of_the_opening_is_not_overtaken_by_it() {
    MeetingTimeline timeline = withReminder(Duration.ofMinutes(15));
    Point reminder = timeline.point(new Milestone("m", "reminder", "PT15M"));
    assertThat(timeline.overtaken(reminder, reminder.dueAt())).isFalse();
    assertThat(timeline.overtaken(reminder, START)).isTrue();
  }

  @Test
  void the_start_does_not_wait_for_a_reminder_after_the_opening() {
    MeetingTimeline timeline = withReminder(Duration.ofMinutes(5));
    Point open = timeline.point(new Milestone("m", "open", null));
    Point next = timeline.next(open);
    assertThat(next).isNotNull();
    assertThat(next.name()).isEqualTo(MeetingTimeline.Name.start);
    assertThat(timeline.first(START.minus(Duration.ofDays(1))).stream().map(Point::name))
        .containsExactly(MeetingTimeline.Name.open, MeetingTimeline.Name.reminder);
  }

  private static MeetingTimeline withReminder(Duration before) {
    return new MeetingTimeline(START, END, BookingDefaults.with(List.of(), List.of(before)));
  }

  @Test
  void reminders_may_come_in_any_order_and_after_the_opening_too() {
    MeetingTimeline timeline =
        new MeetingTimeline(
            START,
            END,
            BookingDefaults.with(
                List.of(),
                List.of(
                    Duration.ofMinutes(5),
                    Duration.ofHours(3),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(15))));
    assertThat(timeline.points().stream().map(p -> p.name().name()))
        .containsExactly("reminder", "reminder", "open", "reminder", "start", "close", "release");
  }

  @Test
  void a_reminder_that_is_no_longer_configured_still_leads_on() {
    Point gone = TIMELINE.point(new Milestone("m", "reminder", "PT2H"));
    Point next = TIMELINE.next(gone);
    assertThat(next).isNotNull();
    assertThat(next.of("m")).isEqualTo(new Milestone("m", "reminder", "PT1H"));
  }

  @Test
  void the_dispute_window_counts_from_the_end_and_from_a_late_close_where_it_was_late() {
    assertThat(TIMELINE.release(END).dueAt()).isEqualTo(END.plus(Duration.ofHours(24)));
    assertThat(TIMELINE.release(END.plusSeconds(59)).dueAt())
        .isEqualTo(END.plus(Duration.ofHours(24)));
    Instant late = END.plus(Duration.ofHours(30));
    assertThat(TIMELINE.release(late).dueAt()).isEqualTo(late.plus(Duration.ofHours(24)));
  }

  @Property
  void every_chain_ends_with_open_start_close_and_release_in_order(
      @ForAll @LongRange(min = 0, max = 3_000_000) long secondsBefore,
      @ForAll @LongRange(min = 1, max = 10_080) long minutes) {
    MeetingTimeline timeline =
        new MeetingTimeline(
            START, START.plus(Duration.ofMinutes(minutes)), BookingDefaults.SETTINGS);
    List<Point> chain = chainOf(timeline, START.minusSeconds(secondsBefore));
    assertThat(chain).isSortedAccordingTo((a, b) -> a.dueAt().compareTo(b.dueAt()));
    assertThat(chain.reversed().stream().limit(4).map(Point::name))
        .containsExactly(
            MeetingTimeline.Name.release,
            MeetingTimeline.Name.close,
            MeetingTimeline.Name.start,
            MeetingTimeline.Name.open);
    assertThat(chain).allMatch(p -> timeline.point(p.of("m")).equals(p));
  }

  private static List<String> chain(Instant madeAt) {
    return chainOf(TIMELINE, madeAt).stream()
        .map(p -> p.name() + (p.before() == null ? "" : " " + p.before()) + " " + p.dueAt())
        .toList();
  }

  private static List<Point> chainOf(MeetingTimeline timeline, Instant madeAt) {
    List<Point> chain = new ArrayList<>();
    for (Point p = timeline.first(madeAt).getFirst(); p != null; p = timeline.next(p)) {
      chain.add(p);
    }
    return chain;
  }
}
