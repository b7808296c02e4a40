package io.classbell.booking.command;

import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.event.BookingEvents.Audience;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Move;
import io.classbell.booking.model.Settlement;
import io.classbell.booking.store.BookingStores;
import io.classbell.notification.api.NotificationApi.Fact;
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
public final class MoveEndBatch
    implements GroupCommit.Batch<MoveEndBatch.Carried, BookingWithMeeting> {

  /** {@code refusal}: the code of the wallet's no; null where the new meeting has the credits. */
  public record Carried(String bookingId, Move move, @Nullable String refusal) {}

  /** The reason of a booking whose move was not through in time. */
  static final String MOVE_TOO_LATE = "move_too_late";

  private final BookingStores stores;
  private final BookingOutbox messages;
  private final PlatformClock clock;

  MoveEndBatch(BookingStores stores, BookingOutbox messages, PlatformClock clock) {
    this.stores = stores;
    this.messages = messages;
    this.clock = clock;
  }

  @Override
  public List<Outcome<BookingWithMeeting>> run(Tx tx, List<Carried> commands) {
    Set<String> meetingIds = new HashSet<>();
    Set<String> ids = new HashSet<>();
    for (Carried command : commands) {
      ids.add(command.bookingId);
      meetingIds.add(command.move.fromMeetingId());
      meetingIds.add(command.move.toMeetingId());
    }
    Group group = new Group(stores.meetings().lock(tx, meetingIds), clock.now());
    Map<String, Booking> rows = new HashMap<>(stores.bookings().lock(tx, ids));
    for (Carried command : commands) {
      Booking row = rows.get(command.bookingId);
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
  public static final class Group {
    private final Map<String, Meeting> meetings;
    private final Instant now;
    final Map<String, Booking> changed = new HashMap<>();
    public final Map<String, Integer> seats = new HashMap<>();
    public final List<Fact> facts = new ArrayList<>();
    public final List<String> watched = new ArrayList<>();

    public Group(Map<String, Meeting> meetings, Instant now) {
      this.meetings = meetings;
      this.now = now;
    }

    public Booking end(Booking row, Carried command) {
      Meeting from = meeting(command.move.fromMeetingId());
      Meeting to = meeting(command.move.toMeetingId());
      Booking ended;
      if (command.refusal == null) {
        give(from);
        ended = arrived(new BookingWithMeeting(row.moved(to, command.move), to), from);
      } else {
        give(to);
        ended = stayed(new BookingWithMeeting(row.stayed(), from), to, command.refusal);
      }
      changed.put(ended.id(), ended);
      return ended;
    }

    private Booking arrived(BookingWithMeeting seat, Meeting from) {
      Meeting to = seat.meeting();
      boolean inTime = to.status().live() && now.isBefore(to.startsAt());
      if (!inTime && to.status() != Meeting.Status.cancelled) {
        return tooLate(seat, from);
      }
      facts.addAll(BookingEvents.moved(seat, from, now));
      return inTime ? seat.booking() : cancelledWith(seat);
    }

    private Booking stayed(BookingWithMeeting seat, Meeting to, String refusal) {
      Meeting from = seat.meeting();
      if (from.status() == Meeting.Status.cancelled) {
        return cancelledWith(seat);
      }
      if (!from.status().live()) {
        return tooLate(seat, from);
      }
      facts.add(BookingEvents.stayed(seat.booking(), from, to, refusal, now));
      return seat.booking();
    }

    /** The class went on, or did not take place, without this student: nothing is to be paid. */
    private Booking tooLate(BookingWithMeeting seat, Meeting from) {
      Booking row = seat.booking();
      Booking ended =
          refunded(
              seat,
              "platform",
              MOVE_TOO_LATE,
              CancellationPolicy.moveTooLate(row.policy(), row.price()));
      facts.add(BookingEvents.cancelled(Audience.student, seat.with(ended), now));
      facts.add(
          BookingEvents.cancelled(Audience.teacher, new BookingWithMeeting(ended, from), now));
      return ended;
    }

    private Booking cancelledWith(BookingWithMeeting seat) {
      Booking row = seat.booking();
      Meeting place = seat.meeting();
      String by = Objects.requireNonNullElse(place.cancelledBy(), "teacher");
      facts.add(BookingEvents.meetingCancelled(place, Audience.student, row.studentId(), by, now));
      return refunded(
          seat,
          by,
          place.cancelReason(),
          CancellationPolicy.meetingCancelled(row.policy(), row.price()));
    }

    private Booking refunded(
        BookingWithMeeting seat, String by, @Nullable String reason, Split whole) {
      give(seat.meeting());
      watched.add(seat.booking().id());
      return seat.booking().cancelled(by, reason, Settlement.of(whole, null));
    }

    private void give(Meeting meeting) {
      seats.merge(meeting.id(), -1, Integer::sum);
    }

    private Meeting meeting(String id) {
      Meeting meeting = meetings.get(id);
      if (meeting == null) {
        throw new IllegalStateException("meeting " + id + " of a move is gone");
      }
      return meeting;
    }
  }
}
