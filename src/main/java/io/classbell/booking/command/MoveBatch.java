package io.classbell.booking.command;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.MoveBooking;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Move;
import io.classbell.booking.model.SeatRules;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.OverlapStore;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.time.PlatformClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * First step of a move: the seat in the new slot is taken, the old one kept until the wallet has
 * carried the credits over.
 */
public final class MoveBatch implements GroupCommit.Batch<MoveBatch.Request, MoveBatch.Decision> {

  /** {@code credits}: what the student can pay, as read before; the ledger decides later. */
  record Request(MoveBooking command, long credits) {

    /**
     * Whether the credits that are held for the booking and those in the wallet cover the price.
     */
    boolean pays(Booking booking, Meeting to) {
      return credits >= to.price() - booking.price();
    }
  }

  /** What was found or decided; {@code seat} is null where another move is to be ended first. */
  record Decision(@Nullable BookingWithMeeting seat) {}

  private final BookingStores stores;
  private final BookingOutbox messages;
  private final PlatformClock clock;

  MoveBatch(BookingStores stores, BookingOutbox messages, PlatformClock clock) {
    this.stores = stores;
    this.messages = messages;
    this.clock = clock;
  }

  @Override
  public List<Outcome<Decision>> run(Tx tx, List<Request> requests) {
    List<MoveBooking> commands = requests.stream().map(Request::command).toList();
    Set<String> students = new HashSet<>();
    Set<String> ids = new HashSet<>();
    Set<String> meetingIds = new HashSet<>();
    for (MoveBooking command : commands) {
      students.add(command.caller().userId());
      ids.add(command.bookingId());
      meetingIds.add(command.slotId());
    }
    stores.agendas().lock(tx, students);
    meetingIds.addAll(stores.bookings().meetingIds(tx, ids).values());
    Map<String, Meeting> meetings = stores.meetings().lock(tx, meetingIds);
    Map<String, Booking> rows = new HashMap<>(stores.bookings().lock(tx, ids));
    Map<String, Booking> concerned = new HashMap<>();
    concerned(tx, commands, meetings, ids).forEach(b -> concerned.put(b.id(), b));

    Instant now = clock.now();
    Map<String, Integer> seats = new HashMap<>();
    Map<String, Booking> changed = new HashMap<>();
    List<Outcome<Decision>> outcomes = new ArrayList<>(commands.size());
    List<Fact> facts = new ArrayList<>();
    for (Request request : requests) {
      MoveBooking command = request.command;
      Booking row = rows.get(command.bookingId());
      if (row == null || !row.studentId().equals(command.caller().userId())) {
        outcomes.add(Outcomes.no(BookingApi.NO_BOOKING));
        continue;
      }
      Move last = row.move();
      Meeting from = meetings.get(row.meetingId());
      String before = last == null ? null : last.targetOf(command.commandId());
      if (before != null) {
        outcomes.add(
            before.equals(command.slotId())
                ? Outcomes.done(
                    new Decision(from == null ? null : new BookingWithMeeting(row, from)))
                : Outcomes.no(MeetingApi.COMMAND_REUSED));
        continue;
      }
      if (row.movingTo() != null || from == null) {
        outcomes.add(Outcomes.done(new Decision(null)));
        continue;
      }
      Meeting to = meetings.get(command.slotId());
      Collection<Booking> live = ofStudent(concerned.values(), row.studentId());
      RejectionCode refusal = refusal(row, to, live, now);
      if (refusal != null || to == null) {
        outcomes.add(
            refusal == null
                ? Outcomes.no(MeetingApi.NO_SLOT)
                : Outcomes.no(refusal, SeatRules.params(refusal, to, live, row.id())));
        continue;
      }
      if (!request.pays(row, to)) {
        String code = BookingApi.INSUFFICIENT_CREDITS.code();
        facts.add(BookingEvents.stayed(row, from, to, code, now));
        outcomes.add(Outcomes.no(BookingApi.INSUFFICIENT_CREDITS));
        continue;
      }
      Booking moving = row.moving(Move.begun(command.commandId(), row, to));
      rows.put(row.id(), moving);
      concerned.put(row.id(), moving);
      changed.put(row.id(), moving);
      meetings.put(to.id(), to.withSeats(1));
      seats.merge(to.id(), 1, Integer::sum);
      outcomes.add(Outcomes.done(new Decision(new BookingWithMeeting(moving, from))));
    }
    stores.bookings().save(tx, changed.values(), now);
    stores.meetings().addSeats(tx, seats, now);
    messages.write(tx, facts, changed.keySet());
    return outcomes;
  }

  /** Why this booking cannot move there now; in the order of precedence of the Api. */
  public static @Nullable RejectionCode refusal(
      Booking row, @Nullable Meeting to, Collection<Booking> liveOfStudent, Instant now) {
    if (to == null) {
      return MeetingApi.NO_SLOT;
    }
    if (row.status() != Booking.Status.confirmed) {
      return BookingApi.NOT_CONFIRMED;
    }
    if (row.meetingId().equals(to.id())) {
      return BookingApi.SAME_SLOT;
    }
    Move last = row.move();
    if (last != null && last.isLast()) {
      return BookingApi.MOVED_TOO_OFTEN;
    }
    if (!CancellationPolicy.fullyRefundable(row.policy(), row.startsAt(), now)) {
      return BookingApi.TOO_LATE;
    }
    return SeatRules.refusal(to, liveOfStudent, row.id(), now);
  }

  private List<Booking> concerned(
      Tx tx, List<MoveBooking> commands, Map<String, Meeting> meetings, Set<String> ids) {
    List<OverlapStore.Wish> wishes = new ArrayList<>();
    for (MoveBooking command : commands) {
      Meeting to = meetings.get(command.slotId());
      if (to != null) {
        wishes.add(new OverlapStore.Wish(command.caller().userId(), to.startsAt(), to.endsAt()));
      }
    }
    return wishes.isEmpty() ? List.of() : stores.overlaps().concerned(tx, ids, wishes);
  }

  private static List<Booking> ofStudent(Collection<Booking> bookings, String studentId) {
    return bookings.stream()
        .filter(b -> b.studentId().equals(studentId))
        .collect(Collectors.toList());
  }
}
