package io.classbell.booking.command;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.event.BookingEvents.Audience;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Settlement;
import io.classbell.booking.store.BookingStores;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.RejectionCode;
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
public final class CancelBatch
    implements GroupCommit.Batch<CancelBatch.Cancel, CancelBatch.Decision> {

  record Cancel(String bookingId, String studentId, @Nullable String reason) {}

  /** What was found or decided; {@code seat} is null where a move is to be ended first. */
  record Decision(@Nullable BookingWithMeeting seat) {}

  private final BookingStores stores;
  private final BookingOutbox messages;
  private final PlatformClock clock;

  CancelBatch(BookingStores stores, BookingOutbox messages, PlatformClock clock) {
    this.stores = stores;
    this.messages = messages;
    this.clock = clock;
  }

  @Override
  public List<Outcome<Decision>> run(Tx tx, List<Cancel> commands) {
    Set<String> ids = new HashSet<>();
    commands.forEach(c -> ids.add(c.bookingId));
    Map<String, String> places = stores.bookings().meetingIds(tx, ids);
    Map<String, Meeting> meetings = stores.meetings().lock(tx, new HashSet<>(places.values()));
    Map<String, Booking> rows = stores.bookings().lock(tx, places.keySet());

    Instant now = clock.now();
    Map<String, Integer> seats = new HashMap<>();
    Map<String, Booking> changed = new HashMap<>();
    List<Fact> facts = new ArrayList<>(2 * commands.size());
    List<Outcome<Decision>> outcomes = new ArrayList<>(commands.size());
    for (Cancel command : commands) {
      Booking row = rows.get(command.bookingId);
      RejectionCode refusal = refusal(row, command.studentId, now);
      if (row == null || refusal != null) {
        outcomes.add(Outcomes.no(refusal == null ? BookingApi.NO_BOOKING : refusal));
        continue;
      }
      Meeting meeting = meetings.get(row.meetingId());
      if (row.movingTo() != null || meeting == null) {
        outcomes.add(Outcomes.done(new Decision(null)));
        continue;
      }
      if (row.status().live()) {
        Booking cancelled = cancelled(row, command, now);
        meeting = meeting.withSeats(-1);
        BookingWithMeeting seat = new BookingWithMeeting(cancelled, meeting);
        rows.put(row.id(), cancelled);
        meetings.put(meeting.id(), meeting);
        changed.put(row.id(), cancelled);
        seats.merge(meeting.id(), -1, Integer::sum);
        facts.add(BookingEvents.cancelled(Audience.student, seat, now));
        if (row.status() != Booking.Status.pending) {
          facts.add(BookingEvents.cancelled(Audience.teacher, seat, now));
        }
        row = cancelled;
      }
      outcomes.add(Outcomes.done(new Decision(new BookingWithMeeting(row, meeting))));
    }
    stores.bookings().save(tx, changed.values(), now);
    stores.meetings().addSeats(tx, seats, now);
    messages.write(tx, facts, changed.keySet());
    return outcomes;
  }

  /** Why this student cannot cancel this booking now; null where it can be, or is, cancelled. */
  public static @Nullable RejectionCode refusal(
      @Nullable Booking row, String studentId, Instant now) {
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

  private static Booking cancelled(Booking row, Cancel command, Instant now) {
    Split split = row.status() == Booking.Status.pending ? null : split(row, now);
    return row.cancelled(
        "student", command.reason, split == null ? null : Settlement.of(split, command.studentId));
  }

  private static @Nullable Split split(Booking row, Instant now) {
    return CancellationPolicy.byStudent(row.policy(), row.price(), row.startsAt(), now);
  }
}
