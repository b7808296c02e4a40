package io.classbell.booking.command;

import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Booking.Money;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.store.BookingStores;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.time.PlatformClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Last step of a booking: the wallet has answered. A booking that is not pending any more (another
 * node was faster, or it was cancelled meanwhile) is answered as it is.
 */
final class ConfirmBatch implements GroupCommit.Batch<ConfirmBatch.Answered, BookingWithMeeting> {

  /** {@code refusal}: the code of the wallet's no; null where the credits are held. */
  record Answered(BookingWithMeeting seat, @Nullable String refusal) {

    String id() {
      return seat.booking().id();
    }
  }

  private final BookingStores stores;
  private final BookingOutbox messages;
  private final PlatformClock clock;

  ConfirmBatch(BookingStores stores, BookingOutbox messages, PlatformClock clock) {
    this.stores = stores;
    this.messages = messages;
    this.clock = clock;
  }

  @Override
  public List<Outcome<BookingWithMeeting>> run(Tx tx, List<Answered> commands) {
    Instant now = clock.now();
    // A confirmation needs no lock on the meeting; only seats that are given back do.
    Set<String> giveBack =
        commands.stream()
            .filter(c -> c.refusal != null || late(c, now))
            .map(c -> c.seat.meeting().id())
            .collect(Collectors.toSet());
    stores.meetings().lock(tx, giveBack);
    Set<String> pending =
        stores.bookings().lockPending(tx, commands.stream().map(Answered::id).distinct().toList());
    // Read after the bookings are locked: an opening that does not see this booking is seen here.
    Map<String, Meeting> open =
        stores
            .meetings()
            .openOf(tx, commands.stream().map(c -> c.seat.meeting().id()).distinct().toList());

    List<String> confirmed = new ArrayList<>();
    Map<String, BookingWithMeeting> ended = new HashMap<>();
    List<Booking> rejected = new ArrayList<>();
    Map<String, Integer> seats = new HashMap<>();
    List<Fact> facts = new ArrayList<>(2 * commands.size());
    for (Answered command : commands) {
      if (!pending.remove(command.id())) {
        continue;
      }
      BookingWithMeeting seat = command.seat;
      Meeting meeting = open.getOrDefault(seat.meeting().id(), seat.meeting());
      if (command.refusal == null && !late(command, now)) {
        BookingWithMeeting done = new BookingWithMeeting(seat.booking().confirmed(), meeting);
        confirmed.add(command.id());
        facts.addAll(BookingEvents.confirmed(done, now));
        ended.put(command.id(), done);
      } else {
        BookingWithMeeting done = new BookingWithMeeting(rejection(command), meeting.withSeats(-1));
        rejected.add(done.booking());
        seats.merge(meeting.id(), -1, Integer::sum);
        facts.add(BookingEvents.rejected(done, now));
        ended.put(command.id(), done);
      }
    }
    stores.bookings().confirm(tx, confirmed, now);
    stores.bookings().save(tx, rejected, now);
    stores.meetings().addSeats(tx, seats, now);
    messages.write(
        tx,
        facts,
        rejected.stream().filter(b -> b.money() == Money.voiding).map(Booking::id).toList());
    addOthers(tx, commands, ended);
    return Outcomes.each(commands, Answered::id, ended);
  }

  /** Credits that came after the start are given back: the class began without this student. */
  private static Booking rejection(Answered command) {
    return command.refusal == null
        ? command.seat.booking().tooLate()
        : command.seat.booking().rejected(command.refusal, Money.none);
  }

  private static boolean late(Answered command, Instant now) {
    return !now.isBefore(command.seat.meeting().startsAt());
  }

  /** Those that were not pending, as they are. */
  private void addOthers(Tx tx, List<Answered> commands, Map<String, BookingWithMeeting> ended) {
    List<String> others =
        commands.stream()
            .map(Answered::id)
            .filter(id -> !ended.containsKey(id))
            .distinct()
            .toList();
    ended.putAll(Seats.byIds(stores, tx, others));
  }
}
