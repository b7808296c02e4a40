package io.classbell.booking;

import io.classbell.booking.BookingRow.Money;
import io.classbell.notification.NotificationApi.Fact;
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
final class ConfirmBatch implements GroupCommit.Batch<ConfirmBatch.Answered, Seat> {

  /** {@code refusal}: the code of the wallet's no; null where the credits are held. */
  record Answered(Seat seat, @Nullable String refusal) {

    String id() {
      return seat.booking().id();
    }
  }

  private final Stores stores;
  private final Messages messages;
  private final PlatformClock clock;

  ConfirmBatch(Stores stores, Messages messages, PlatformClock clock) {
    this.stores = stores;
    this.messages = messages;
    this.clock = clock;
  }

  @Override
  public List<Outcome<Seat>> run(Tx tx, List<Answered> commands) {
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
    Map<String, MeetingRow> open =
        stores
            .meetings()
            .openOf(tx, commands.stream().map(c -> c.seat.meeting().id()).distinct().toList());

    List<String> confirmed = new ArrayList<>();
    Map<String, Seat> ended = new HashMap<>();
    List<BookingRow> rejected = new ArrayList<>();
    Map<String, Integer> seats = new HashMap<>();
    List<Fact> facts = new ArrayList<>(2 * commands.size());
    for (Answered command : commands) {
      if (!pending.remove(command.id())) {
        continue;
      }
      Seat seat = command.seat;
      MeetingRow meeting = open.getOrDefault(seat.meeting().id(), seat.meeting());
      if (command.refusal == null && !late(command, now)) {
        Seat done = new Seat(seat.booking().confirmed(), meeting);
        confirmed.add(command.id());
        facts.addAll(Facts.confirmed(done, now));
        ended.put(command.id(), done);
      } else {
        Seat done = new Seat(rejection(command), meeting.withSeats(-1));
        rejected.add(done.booking());
        seats.merge(meeting.id(), -1, Integer::sum);
        facts.add(Facts.rejected(done, now));
        ended.put(command.id(), done);
      }
    }
    stores.bookings().confirm(tx, confirmed, now);
    stores.bookings().save(tx, rejected, now);
    stores.meetings().addSeats(tx, seats, now);
    messages.write(
        tx,
        facts,
        rejected.stream().filter(b -> b.money() == Money.voiding).map(BookingRow::id).toList());
    addOthers(tx, commands, ended);
    return Outcomes.each(commands, Answered::id, ended);
  }

  /** Credits that came after the start are given back: the class began without this student. */
  private static BookingRow rejection(Answered command) {
    return command.refusal == null
        ? command.seat.booking().tooLate()
        : command.seat.booking().rejected(command.refusal, Money.none);
  }

  private static boolean late(Answered command, Instant now) {
    return !now.isBefore(command.seat.meeting().startsAt());
  }

  /** Those that were not pending, as they are. */
  private void addOthers(Tx tx, List<Answered> commands, Map<String, Seat> ended) {
    List<String> others =
        commands.stream()
            .map(Answered::id)
            .filter(id -> !ended.containsKey(id))
            .distinct()
            .toList();
    ended.putAll(Seats.byIds(stores, tx, others));
  }
}
