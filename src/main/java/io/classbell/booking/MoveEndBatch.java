package io.classbell.booking;

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
import java.util.Set;

/**
 * Last step of a move: the wallet has carried the credits over, or would not. One of the two seats
 * is given back. Where the meeting that the booking ends in was cancelled meanwhile, the booking is
 * cancelled with it and everything is given back: as if the move had come just before.
 */
final class MoveEndBatch implements GroupCommit.Batch<MoveEndBatch.Carried, Seat> {

  /** {@code done}: the credits are with the new meeting now. */
  record Carried(String bookingId, Move move, boolean done) {}

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
    Map<String, Seat> seats = Seats.with(stores, tx, rows.values());
    return commands.stream().map(c -> Outcomes.done(seats.get(c.bookingId))).toList();
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
      MeetingRow place = command.done ? to : from;
      BookingRow ended = command.done ? row.moved(to, command.move) : row.stayed();
      give(command.done ? from : to);
      if (command.done) {
        facts.addAll(Facts.moved(new Seat(ended, to), from, now));
      }
      if (!place.status().live()) {
        ended = cancelledWith(place, ended);
      }
      changed.put(ended.id(), ended);
      return ended;
    }

    private BookingRow cancelledWith(MeetingRow place, BookingRow row) {
      Settlement whole =
          Settlement.of(CancellationPolicy.meetingCancelled(row.policy(), row.price()), null);
      give(place);
      facts.add(
          Facts.meetingCancelled(place, Facts.Audience.student, row.studentId(), "teacher", now));
      watched.add(row.id());
      return row.cancelled("teacher", place.cancelReason(), whole);
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
