package io.classbell.booking;

import io.classbell.booking.BookingApi.Split;
import io.classbell.booking.Facts.Audience;
import io.classbell.notification.NotificationApi.Fact;
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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Last step of a move: the wallet has carried the credits over, or would not. One of the two seats
 * is given back. Where the meeting that the booking ends in was cancelled meanwhile, the booking is
 * cancelled with it and everything is given back: as if the move had come just before. The same
 * where a class began before it was sure who is in it.
 */
final class MoveEndBatch implements GroupCommit.Batch<MoveEndBatch.Carried, Seat> {

  /** {@code refusal}: the code of the wallet's no; null where the new meeting has the credits. */
  record Carried(String bookingId, Move move, @Nullable String refusal) {}

  /** The reason of a booking whose move was not through in time. */
  static final String MOVE_TOO_LATE = "move_too_late";

  private final Stores stores;
  private final Messages messages;
  private final PlatformClock clock;

  MoveEndBatch(Stores stores, Messages messages, PlatformClock clock) {
    this.stores = stores;
    this.messages = messages;
    this.clock = clock;
  }

  @Override
  public List<Outcome<Seat>> run(Tx tx, List<Carried> commands) {
    Set<String> meetingIds = new HashSet<>();
    Set<String> ids = new HashSet<>();
    for (Carried command : commands) {
      ids.add(command.bookingId);
      meetingIds.add(command.move.fromMeetingId());
      meetingIds.add(command.move.toMeetingId());
    }
    Group group = new Group(stores.meetings().lock(tx, meetingIds), clock.now());
    Map<String, BookingRow> rows = new HashMap<>(stores.bookings().lock(tx, ids));
    for (Carried command : commands) {
      BookingRow row = rows.get(command.bookingId);
      if (row != null && command.move.equals(row.move()) && row.movingTo() != null) {
        rows.put(row.id(), group.end(row, command));
      }
    }
    stores.bookings().save(tx, group.changed.values(), group.now);
    stores.meetings().addSeats(tx, group.seats, group.now);
    messages.write(tx, group.facts, group.watched);
    return Outcomes.each(commands, Carried::bookingId, Seats.with(stores, tx, rows.values()));
  }

  /** One group's decisions. */
  static final class Group {
    private final Map<String, MeetingRow> meetings;
    private final Instant now;
    final Map<String, BookingRow> changed = new HashMap<>();
    final Map<String, Integer> seats = new HashMap<>();
    final List<Fact> facts = new ArrayList<>();
    final List<String> watched = new ArrayList<>();

    Group(Map<String, MeetingRow> meetings, Instant now) {
      this.meetings = meetings;
      this.now = now;
    }

    BookingRow end(BookingRow row, Carried command) {
      MeetingRow from = meeting(command.move.fromMeetingId());
      MeetingRow to = meeting(command.move.toMeetingId());
      BookingRow ended;
      if (command.refusal == null) {
        give(from);
        ended = arrived(new Seat(row.moved(to, command.move), to), from);
      } else {
        give(to);
        ended = stayed(new Seat(row.stayed(), from), to, command.refusal);
      }
      changed.put(ended.id(), ended);
      return ended;
    }

    private BookingRow arrived(Seat seat, MeetingRow from) {
      MeetingRow to = seat.meeting();
      boolean inTime = to.status().live() && now.isBefore(to.startsAt());
      if (!inTime && to.status() != MeetingRow.Status.cancelled) {
        return tooLate(seat, from);
      }
      facts.addAll(Facts.moved(seat, from, now));
      return inTime ? seat.booking() : cancelledWith(seat);
    }

    private BookingRow stayed(Seat seat, MeetingRow to, String refusal) {
      MeetingRow from = seat.meeting();
      if (from.status() == MeetingRow.Status.cancelled) {
        return cancelledWith(seat);
      }
      if (!from.status().live()) {
        return tooLate(seat, from);
      }
      facts.add(Facts.stayed(seat.booking(), from, to, refusal, now));
      return seat.booking();
    }

    /** The class went on, or did not take place, without this student: nothing is to be paid. */
    private BookingRow tooLate(Seat seat, MeetingRow from) {
      BookingRow row = seat.booking();
      BookingRow ended =
          refunded(
              seat,
              "platform",
              MOVE_TOO_LATE,
              CancellationPolicy.moveTooLate(row.policy(), row.price()));
      facts.add(Facts.cancelled(Audience.student, seat.with(ended), now));
      facts.add(Facts.cancelled(Audience.teacher, new Seat(ended, from), now));
      return ended;
    }

    private BookingRow cancelledWith(Seat seat) {
      BookingRow row = seat.booking();
      MeetingRow place = seat.meeting();
      String by = Objects.requireNonNullElse(place.cancelledBy(), "teacher");
      facts.add(Facts.meetingCancelled(place, Audience.student, row.studentId(), by, now));
      return refunded(
          seat,
          by,
          place.cancelReason(),
          CancellationPolicy.meetingCancelled(row.policy(), row.price()));
    }

    private BookingRow refunded(Seat seat, String by, @Nullable String reason, Split whole) {
      give(seat.meeting());
      watched.add(seat.booking().id());
      return seat.booking().cancelled(by, reason, Settlement.of(whole, null));
    }

    private void give(MeetingRow meeting) {
      seats.merge(meeting.id(), -1, Integer::sum);
    }

    private MeetingRow meeting(String id) {
      MeetingRow meeting = meetings.get(id);
      if (meeting == null) {
        throw new IllegalStateException("meeting " + id + " of a move is gone");
      }
      return meeting;
    }
  }
}
