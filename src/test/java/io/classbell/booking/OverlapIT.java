package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.platform.Ids;
import io.classbell.testing.OnBothDatabases;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A student sits in one class at a time: bookings, moves and cancels at random, and a model. */
@OnBothDatabases
final class OverlapIT extends SagaSuite {
  private static final int STEPS = 300;

  private final Random random = new Random(4711);
  private final List<MeetingView> slots = new ArrayList<>();

  /** What the student holds, and where. */
  private final Map<BookingView, MeetingView> held = new LinkedHashMap<>();

  @Test
  void what_touches_a_live_booking_is_refused_and_nothing_else_is() {
    String student = world.student(100_000);
    for (int i = 0; i < 60; i++) {
      Duration from = Duration.ofHours(72).plusMinutes(15L * random.nextInt(120));
      slots.add(world.slot(Ids.next(), from, 15 * (1 + random.nextInt(16)), 5, 10));
    }
    for (int i = 0; i < STEPS; i++) {
      List<BookingView> bookings = List.copyOf(held.keySet());
      BookingView one = bookings.isEmpty() ? null : bookings.get(random.nextInt(bookings.size()));
      int dice = random.nextInt(10);
      MeetingView to = slots.get(random.nextInt(slots.size()));
      if (one != null && dice == 0) {
        assertThat(outcome(world.cancel(one))).isEqualTo("cancelled");
        held.remove(one);
      } else if (one != null && dice < 4) {
        String expected = to.equals(held.get(one)) ? "same_slot" : expected(to, one);
        assertThat(outcome(world.move(one, to))).as("move %d", i).isEqualTo(expected);
        if (expected.equals("confirmed")) {
          held.put(one, to);
        }
      } else {
        book(student, to, i);
      }
    }
    assertThat(held).as("enough to touch").hasSizeGreaterThan(5);
    world.assertSound();
  }

  private void book(String student, MeetingView to, int step) {
    var answer = world.book(student, to);
    String expected = expected(to, null);
    assertThat(outcome(answer)).as("booking %d", step).isEqualTo(expected);
    if (expected.equals("confirmed")) {
      held.put(answer.await(), to);
    }
  }

  private String expected(MeetingView to, BookingView leaving) {
    String expected = "confirmed";
    for (var entry : held.entrySet()) {
      MeetingView there = entry.getValue();
      if (entry.getKey().equals(leaving)) {
        continue;
      }
      if (there.equals(to)) {
        return "already_booked";
      }
      if (there.startsAt().isBefore(end(to)) && to.startsAt().isBefore(end(there))) {
        expected = "overlapping_booking";
      }
    }
    return expected;
  }

  private static Instant end(MeetingView meeting) {
    return meeting.startsAt().plus(Duration.ofMinutes(meeting.durationMinutes()));
  }
}
