package io.classbell.booking;

import io.classbell.booking.BookingApi.Split;
import io.classbell.booking.Facts.Audience;
import io.classbell.notification.NotificationApi.Fact;
import io.classbell.platform.bus.Refusal;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.time.PlatformClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A student's cancellation: decided once, the seat is free at once, the credits are on their way
 * back. Who comes second finds what was decided first. A teacher hears of it who had heard of the
 * booking.
 */
final class CancelBatch implements GroupCommit.Batch<CancelBatch.Cancel, CancelBatch.Decision> {

  record Cancel(String bookingId, String studentId, @Nullable String reason) {}

  /** What was found or decided; {@code seat} is null where a move is to be ended first. */
  record Decision(@Nullable Seat seat) {}

  private final Stores stores;
  private final Messages messages;
  private final PlatformClock clock;

  CancelBatch(Stores stores, Messages messages, PlatformClock clock) {
    this.stores = stores;
    this.messages = messages;
    this.clock = clock;
  }

  @Override
  public List<Outcome<Decision>> run(Tx tx, List<Cancel> commands) {
    Set<String> ids = new HashSet<>();
    commands.forEach(c -> ids.add(c.bookingId));
    Map<String, String> places = stores.bookings().meetingIds(tx, ids);
    Map<String, MeetingRow> meetings = stores.meetings().lock(tx, new HashSet<>(places.values()));
    Map<String, BookingRow> rows = stores.bookings().lock(tx, places.keySet());

    Instant now = clock.now();
    Map<String, Integer> seats = new HashMap<>();
    Map<String, BookingRow> changed = new HashMap<>();
    List<Fact> facts = new ArrayList<>(2 * commands.size());
    List<Outcome<Decision>> outcomes = new ArrayList<>(commands.size());
    for (Cancel command : commands) {
      BookingRow row = rows.get(command.bookingId);
      Refusal refusal = refusal(row, command.studentId, now);
      if (row == null || refusal != null) {
        outcomes.add(Outcomes.no(refusal == null ? BookingApi.NO_BOOKING : refusal));
        continue;
      }
      MeetingRow meeting = meetings.get(row.meetingId());
      if (row.movingTo() != null || meeting == null) {
        outcomes.add(Outcomes.done(new Decision(null)));
        continue;
      }
      if (row.status().live()) {
        BookingRow cancelled = cancelled(row, command, now);
        meeting = meeting.withSeats(-1);
        Seat seat = new Seat(cancelled, meeting);
        rows.put(row.id(), cancelled);
        meetings.put(meeting.id(), meeting);
        changed.put(row.id(), cancelled);
        seats.merge(meeting.id(), -1, Integer::sum);
        facts.add(Facts.cancelled(Audience.student, seat, now));
        if (row.status() != BookingRow.Status.pending) {
          facts.add(Facts.cancelled(Audience.teacher, seat, now));
        }
        row = cancelled;
      }
      outcomes.add(Outcomes.done(new Decision(new Seat(row, meeting))));
    }
    stores.bookings().save(tx, changed.values(), now);
    stores.meetings().addSeats(tx, seats, now);
    messages.write(tx, facts, changed.keySet());
    return outcomes;
  }

  /** Why this student cannot cancel this booking now; null where it can be, or is, cancelled. */
  static @Nullable Refusal refusal(@Nullable BookingRow row, String studentId, Instant now) {
    if (row == null || !row.studentId().equals(studentId)) {
      return BookingApi.NO_BOOKING;
    }
    return switch (row.status()) {
      case pending, cancelled -> null;
      case rejected -> MeetingApi.NOT_CANCELLABLE;
      case completed -> BookingApi.TOO_LATE;
      case confirmed -> split(row, now) == null ? BookingApi.TOO_LATE : null;
    };
  }

  private static BookingRow cancelled(BookingRow row, Cancel command, Instant now) {
    Split split = row.status() == BookingRow.Status.pending ? null : split(row, now);
    return row.cancelled(
        "student", command.reason, split == null ? null : Settlement.of(split, command.studentId));
  }

  private static @Nullable Split split(BookingRow row, Instant now) {
    return CancellationPolicy.byStudent(row.policy(), row.price(), row.startsAt(), now);
  }
}
