package io.classbell.booking.command;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Book;
import io.classbell.booking.api.BookingApi.Policy;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.SeatRules;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.OverlapStore;
import io.classbell.booking.store.ParticipantStore;
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
public final class ReserveBatch
    implements GroupCommit.Batch<ReserveBatch.Reserve, BookingWithMeeting> {

  /** {@code credits}: what the student can pay, as read before; the ledger decides later. */
  public record Reserve(Book book, long credits) {
    boolean pays(Meeting slot) {
      return credits >= slot.price();
    }
  }

  /** A student who was rejected in a slot for lack of credits. */
  private final BookingStores stores;

  private final BookingOutbox messages;
  private final PlatformClock clock;
  private final Policy policy;

  ReserveBatch(BookingStores stores, BookingOutbox messages, PlatformClock clock, Policy policy) {
    this.stores = stores;
    this.messages = messages;
    this.clock = clock;
    this.policy = policy;
  }

  @Override
  public List<Outcome<BookingWithMeeting>> run(Tx tx, List<Reserve> requests) {
    List<Book> commands = requests.stream().map(Reserve::book).toList();
    stores.agendas().lock(tx, distinct(commands.stream().map(Book::studentId).toList()));
    Map<String, Meeting> slots =
        stores.meetings().lock(tx, distinct(commands.stream().map(Book::slotId).toList()));
    Group group = new Group(slots, policy, clock.now());
    concerned(tx, commands, slots).forEach(group::know);
    group.rejectedBefore.addAll(rejectedBefore(tx, requests, slots));

    List<Outcome<BookingWithMeeting>> outcomes = new ArrayList<>(requests.size());
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
          group.made.stream().filter(b -> b.status().live()).map(Booking::id).toList());
    }
    return outcomes;
  }

  /** Which of the students who cannot pay were rejected in the same slot before. */
  private Set<ParticipantStore.RejectedAttempt> rejectedBefore(
      Tx tx, List<Reserve> requests, Map<String, Meeting> slots) {
    List<Book> poor =
        requests.stream()
            .filter(r -> slots.get(r.book.slotId()) instanceof Meeting slot && !r.pays(slot))
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

  private List<Booking> concerned(Tx tx, List<Book> commands, Map<String, Meeting> slots) {
    List<OverlapStore.Wish> wishes = new ArrayList<>(commands.size());
    for (Book command : commands) {
      Meeting slot = slots.get(command.slotId());
      wishes.add(
          slot == null
              ? new OverlapStore.Wish(command.studentId(), Instant.EPOCH, Instant.EPOCH)
              : new OverlapStore.Wish(command.studentId(), slot.startsAt(), slot.endsAt()));
    }
    Set<String> ids = distinct(commands.stream().map(Book::commandId).toList());
    return stores.overlaps().concerned(tx, ids, wishes);
  }

  /** A known booking may have been moved: then its meeting is another than the command's slot. */
  private void elsewhere(
      Tx tx, List<Outcome<BookingWithMeeting>> outcomes, Map<String, Meeting> slots) {
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) instanceof Outcome.Done<BookingWithMeeting>(BookingWithMeeting seat)
          && !seat.booking().meetingId().equals(seat.meeting().id())) {
        String id = seat.booking().meetingId();
        Meeting meeting = slots.containsKey(id) ? slots.get(id) : stores.meetings().byId(tx, id);
        if (meeting == null) {
          throw new IllegalStateException("booking " + seat.booking().id() + " has no meeting");
        }
        outcomes.set(i, Outcomes.done(new BookingWithMeeting(seat.booking(), meeting)));
      }
    }
  }

  private static Set<String> distinct(Collection<String> values) {
    return values.stream().collect(Collectors.toUnmodifiableSet());
  }

  /** One group's decisions, one after the other, each seeing those before it. */
  public static final class Group {
    private final Map<String, Meeting> slots;
    private final Map<String, Booking> byId = new HashMap<>();
    private final Map<String, Map<String, Booking>> ofStudent = new HashMap<>();
    private final Policy policy;
    private final Instant now;
    public final List<Booking> made = new ArrayList<>();
    public final Map<String, Integer> seats = new LinkedHashMap<>();
    public final List<Fact> facts = new ArrayList<>();
    final Set<ParticipantStore.RejectedAttempt> rejectedBefore = new HashSet<>();

    public Group(Map<String, Meeting> slots, Policy policy, Instant now) {
      this.slots = slots;
      this.policy = policy;
      this.now = now;
    }

    public void know(Booking booking) {
      byId.put(booking.id(), booking);
      ofStudent
          .computeIfAbsent(booking.studentId(), s -> new HashMap<>())
          .put(booking.id(), booking);
    }

    public Outcome<BookingWithMeeting> decide(Reserve request) {
      Book command = request.book;
      Meeting slot = slots.get(command.slotId());
      Booking known = byId.get(command.commandId());
      if (known != null) {
        return slot != null && same(known, command)
            ? Outcomes.done(new BookingWithMeeting(known, slot))
            : Outcomes.no(MeetingApi.COMMAND_REUSED);
      }
      Collection<Booking> live = ofStudent.getOrDefault(command.studentId(), Map.of()).values();
      RejectionCode refusal = SeatRules.refusal(slot, live, null, now);
      if (refusal != null || slot == null) {
        return refusal == null
            ? Outcomes.no(MeetingApi.NO_SLOT)
            : Outcomes.no(refusal, SeatRules.params(refusal, slot, live, null));
      }
      if (!request.pays(slot)) {
        return rejected(command, slot);
      }
      Meeting taken = slot.withSeats(1);
      slots.put(slot.id(), taken);
      seats.merge(slot.id(), 1, Integer::sum);
      Booking booking =
          Booking.pending(command.commandId(), command.studentId(), slot, policy, now);
      made.add(booking);
      know(booking);
      return Outcomes.done(new BookingWithMeeting(booking, taken));
    }

    private Outcome<BookingWithMeeting> rejected(Book command, Meeting slot) {
      if (!rejectedBefore.add(
          new ParticipantStore.RejectedAttempt(slot.id(), command.studentId()))) {
        return Outcomes.no(BookingApi.INSUFFICIENT_CREDITS);
      }
      Booking booking =
          Booking.pending(command.commandId(), command.studentId(), slot, policy, now)
              .rejected(BookingApi.INSUFFICIENT_CREDITS.code(), Booking.Money.none);
      BookingWithMeeting seat = new BookingWithMeeting(booking, slot);
      made.add(booking);
      know(booking);
      facts.add(BookingEvents.rejected(seat, now));
      return Outcomes.done(seat);
    }

    /** A moved booking no longer tells which slot it was made for. */
    private static boolean same(Booking known, Book command) {
      boolean moved = known.move() != null;
      return known.studentId().equals(command.studentId())
          && (moved || known.meetingId().equals(command.slotId()));
    }
  }
}
