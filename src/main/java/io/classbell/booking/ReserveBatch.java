package io.classbell.booking;

import io.classbell.booking.BookingApi.Book;
import io.classbell.booking.BookingApi.Policy;
import io.classbell.notification.NotificationApi.Fact;
import io.classbell.platform.bus.Refusal;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.time.PlatformClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * First step of a booking: takes the seat; the credits are asked for next. Refused commands leave
 * no trace, except that the first booking of a student in a slot that fails for lack of credits is
 * recorded as rejected. It takes no seat.
 */
final class ReserveBatch implements GroupCommit.Batch<ReserveBatch.Reserve, Seat> {

  /** {@code credits}: what the student can pay, as read before; the ledger decides later. */
  record Reserve(Book book, long credits) {
    boolean pays(MeetingRow slot) {
      return credits >= slot.price();
    }
  }

  /** A student who was rejected in a slot for lack of credits. */
  private final Stores stores;

  private final Messages messages;
  private final PlatformClock clock;
  private final Policy policy;

  ReserveBatch(Stores stores, Messages messages, PlatformClock clock, Policy policy) {
    this.stores = stores;
    this.messages = messages;
    this.clock = clock;
    this.policy = policy;
  }

  @Override
  public List<Outcome<Seat>> run(Tx tx, List<Reserve> requests) {
    List<Book> commands = requests.stream().map(Reserve::book).toList();
    stores.agendas().lock(tx, distinct(commands.stream().map(Book::studentId).toList()));
    Map<String, MeetingRow> slots =
        stores.meetings().lock(tx, distinct(commands.stream().map(Book::slotId).toList()));
    Group group = new Group(slots, policy, clock.now());
    concerned(tx, commands, slots).forEach(group::know);
    group.rejectedBefore.addAll(rejectedBefore(tx, requests, slots));

    List<Outcome<Seat>> outcomes = new ArrayList<>(requests.size());
    for (Reserve request : requests) {
      outcomes.add(group.decide(request));
    }
    elsewhere(tx, outcomes, slots);

    if (!group.made.isEmpty()) {
      stores.bookings().insert(tx, group.made, group.now);
      stores.meetings().addSeats(tx, group.seats, group.now);
      messages.write(
          tx,
          group.facts,
          group.made.stream().filter(b -> b.status().live()).map(BookingRow::id).toList());
    }
    return outcomes;
  }

  /** Which of the students who cannot pay were rejected in the same slot before. */
  private Set<ParticipantStore.RejectedAttempt> rejectedBefore(
      Tx tx, List<Reserve> requests, Map<String, MeetingRow> slots) {
    List<Book> poor =
        requests.stream()
            .filter(r -> slots.get(r.book.slotId()) instanceof MeetingRow slot && !r.pays(slot))
            .map(Reserve::book)
            .toList();
    return poor.isEmpty()
        ? Set.of()
        : stores
            .bookings()
            .rejected(
                tx,
                distinct(poor.stream().map(Book::slotId).toList()),
                distinct(poor.stream().map(Book::studentId).toList()));
  }

  private List<BookingRow> concerned(Tx tx, List<Book> commands, Map<String, MeetingRow> slots) {
    List<OverlapStore.Wish> wishes = new ArrayList<>(commands.size());
    for (Book command : commands) {
      MeetingRow slot = slots.get(command.slotId());
      wishes.add(
          slot == null
              ? new OverlapStore.Wish(command.studentId(), Instant.EPOCH, Instant.EPOCH)
              : new OverlapStore.Wish(command.studentId(), slot.startsAt(), slot.endsAt()));
    }
    Set<String> ids = distinct(commands.stream().map(Book::commandId).toList());
    return stores.overlaps().concerned(tx, ids, wishes);
  }

  /** A known booking may have been moved: then its meeting is another than the command's slot. */
  private void elsewhere(Tx tx, List<Outcome<Seat>> outcomes, Map<String, MeetingRow> slots) {
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) instanceof Outcome.Done<Seat>(Seat seat)
          && !seat.booking().meetingId().equals(seat.meeting().id())) {
        String id = seat.booking().meetingId();
        MeetingRow meeting = slots.containsKey(id) ? slots.get(id) : stores.meetings().byId(tx, id);
        if (meeting == null) {
          throw new IllegalStateException("booking " + seat.booking().id() + " has no meeting");
        }
        outcomes.set(i, Outcomes.done(new Seat(seat.booking(), meeting)));
      }
    }
  }

  private static Set<String> distinct(Collection<String> values) {
    return values.stream().collect(Collectors.toUnmodifiableSet());
  }

  /** One group's decisions, one after the other, each seeing those before it. */
  static final class Group {
    private final Map<String, MeetingRow> slots;
    private final Map<String, BookingRow> byId = new HashMap<>();
    private final Map<String, Map<String, BookingRow>> ofStudent = new HashMap<>();
    private final Policy policy;
    private final Instant now;
    final List<BookingRow> made = new ArrayList<>();
    final Map<String, Integer> seats = new LinkedHashMap<>();
    final List<Fact> facts = new ArrayList<>();
    final Set<ParticipantStore.RejectedAttempt> rejectedBefore = new HashSet<>();

    Group(Map<String, MeetingRow> slots, Policy policy, Instant now) {
      this.slots = slots;
      this.policy = policy;
      this.now = now;
    }

    void know(BookingRow booking) {
      byId.put(booking.id(), booking);
      ofStudent
          .computeIfAbsent(booking.studentId(), s -> new HashMap<>())
          .put(booking.id(), booking);
    }

    Outcome<Seat> decide(Reserve request) {
      Book command = request.book;
      MeetingRow slot = slots.get(command.slotId());
      BookingRow known = byId.get(command.commandId());
      if (known != null) {
        return slot != null && same(known, command)
            ? Outcomes.done(new Seat(known, slot))
            : Outcomes.no(MeetingApi.COMMAND_REUSED);
      }
      Collection<BookingRow> live = ofStudent.getOrDefault(command.studentId(), Map.of()).values();
      Refusal refusal = SeatRules.refusal(slot, live, null, now);
      if (refusal != null || slot == null) {
        return refusal == null
            ? Outcomes.no(MeetingApi.NO_SLOT)
            : Outcomes.no(refusal, SeatRules.params(refusal, slot, live, null));
      }
      if (!request.pays(slot)) {
        return rejected(command, slot);
      }
      MeetingRow taken = slot.withSeats(1);
      slots.put(slot.id(), taken);
      seats.merge(slot.id(), 1, Integer::sum);
      BookingRow booking =
          BookingRow.pending(command.commandId(), command.studentId(), slot, policy, now);
      made.add(booking);
      know(booking);
      return Outcomes.done(new Seat(booking, taken));
    }

    private Outcome<Seat> rejected(Book command, MeetingRow slot) {
      if (!rejectedBefore.add(
          new ParticipantStore.RejectedAttempt(slot.id(), command.studentId()))) {
        return Outcomes.no(BookingApi.INSUFFICIENT_CREDITS);
      }
      BookingRow booking =
          BookingRow.pending(command.commandId(), command.studentId(), slot, policy, now)
              .rejected(BookingApi.INSUFFICIENT_CREDITS.code(), BookingRow.Money.none);
      Seat seat = new Seat(booking, slot);
      made.add(booking);
      know(booking);
      facts.add(Facts.rejected(seat, now));
      return Outcomes.done(seat);
    }

    /** A moved booking no longer tells which slot it was made for. */
    private static boolean same(BookingRow known, Book command) {
      boolean moved = known.move() != null;
      return known.studentId().equals(command.studentId())
          && (moved || known.meetingId().equals(command.slotId()));
    }
  }
}
