package io.classbell.booking.command;

import io.classbell.booking.decision.BookingCommand;
import io.classbell.booking.decision.BookingDecider;
import io.classbell.booking.decision.BookingUnitOfWork;
import io.classbell.booking.decision.Decision;
import io.classbell.booking.decision.EvidenceEntries;
import io.classbell.booking.decision.LoadPlan;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Evidence;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.outbox.BookingOutbox;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.OverlapStore.Wish;
import io.classbell.platform.adminlog.AdminLog;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.idempotency.CommandKey;
import io.classbell.platform.time.PlatformClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One transaction of the booking module: loads and locks what a group of commands declares, lets
 * {@link BookingDecider} decide them one after another, and writes the changes once.
 *
 * <p>Locks are taken in the order agendas, meetings, bookings, each in the order of ids, so that
 * two groups never wait for each other.
 */
public final class BookingTransaction implements GroupCommit.Batch<BookingCommand, Decision> {
  private final BookingStores stores;
  private final BookingOutbox outbox;
  private final BookingDecider decider;
  private final PlatformClock clock;
  private final Consumer<Collection<String>> changed;

  public BookingTransaction(
      BookingStores stores, BookingOutbox outbox, BookingDecider decider, PlatformClock clock) {
    this(stores, outbox, decider, clock, meetingIds -> {});
  }

  /**
   * @param changed called after a commit with the ids of meetings that changed or whose seats did
   */
  public BookingTransaction(
      BookingStores stores,
      BookingOutbox outbox,
      BookingDecider decider,
      PlatformClock clock,
      Consumer<Collection<String>> changed) {
    this.changed = changed;
    this.stores = stores;
    this.outbox = outbox;
    this.decider = decider;
    this.clock = clock;
  }

  @Override
  public List<Outcome<Decision>> run(Tx tx, List<BookingCommand> commands) {
    LoadPlan plan = new LoadPlan(clock.now());
    commands.forEach(command -> command.declare(plan));
    BookingUnitOfWork unit = load(tx, plan);
    loadKeys(tx, commands, unit);
    List<Outcome<Decision>> outcomes = new ArrayList<>(commands.size());
    for (BookingCommand command : commands) {
      Decision decision = decider.decide(unit, command);
      outcomes.add(
          decision instanceof Decision.Rejected rejected
              ? new Outcome.Rejected<>(rejected.rejection())
              : new Outcome.Done<>(decision));
    }
    write(tx, unit);
    return outcomes;
  }

  /**
   * One command by itself.
   *
   * @throws RejectedException where it is rejected
   */
  public Decision run(Tx tx, BookingCommand command) {
    return switch (run(tx, List.of(command)).getFirst()) {
      case Outcome.Done<Decision> done -> done.result();
      case Outcome.Rejected<Decision> rejected -> throw new RejectedException(rejected.failure());
    };
  }

  private BookingUnitOfWork load(Tx tx, LoadPlan plan) {
    stores.agendas().lock(tx, plan.agendas());
    Set<String> meetingIds = new HashSet<>(plan.meetings());
    if (!plan.meetingsOf().isEmpty()) {
      meetingIds.addAll(stores.bookings().meetingIds(tx, plan.meetingsOf()).values());
    }
    Map<String, Meeting> meetings = stores.meetings().lock(tx, meetingIds);
    Map<String, Booking> bookings = stores.bookings().lock(tx, plan.bookings());
    Collection<Booking> live = stores.bookings().lockLiveOf(tx, plan.liveBookingsOf()).values();
    Set<String> pending = stores.bookings().lockPending(tx, plan.pendingBookings().keySet());

    BookingUnitOfWork unit = new BookingUnitOfWork(plan.now());
    meetings.values().forEach(unit::load);
    bookings.values().forEach(unit::load);
    live.forEach(unit::load);
    loadPending(tx, plan, pending, unit);
    plan.meetingsAsKnown().values().forEach(unit::load);
    stores.disputes().ofBookings(tx, plan.disputesOf()).values().forEach(unit::load);
    loadOverlaps(tx, plan, unit);
    loadRejectedAttempts(tx, plan, unit);
    loadMeetingsOf(tx, plan.knownBookings(), unit);
    loadMeetingsOf(tx, plan.pendingBookings().keySet(), unit);
    loadMeetingsOf(tx, onlyBookings(plan), unit);
    return unit;
  }

  /** After the locks: who waited for one sees the key that was stored meanwhile. */
  private void loadKeys(Tx tx, List<BookingCommand> commands, BookingUnitOfWork unit) {
    Set<String> ids = new HashSet<>();
    for (BookingCommand command : commands) {
      CommandKey key = command.key();
      if (key != null) {
        ids.add(key.id());
      }
    }
    stores.keys().known(tx, ids).values().forEach(unit::load);
  }

  /**
   * Bookings that still are pending are as the caller knows them. Their meetings need no lock, but
   * are read after the bookings are locked: an opening that did not see a booking is seen here.
   */
  private void loadPending(Tx tx, LoadPlan plan, Set<String> pending, BookingUnitOfWork unit) {
    if (plan.pendingBookings().isEmpty()) {
      return;
    }
    Set<String> meetingIds =
        plan.pendingBookings().values().stream()
            .map(known -> known.meeting().id())
            .collect(Collectors.toSet());
    stores.meetings().openOf(tx, meetingIds).values().forEach(unit::load);
    Set<String> others = new HashSet<>();
    plan.pendingBookings()
        .forEach(
            (id, known) -> {
              if (pending.contains(id)) {
                unit.load(known.meeting());
                unit.load(known.booking());
              } else {
                others.add(id);
              }
            });
    stores.bookings().byIds(tx, others).values().forEach(unit::load);
  }

  private void loadOverlaps(Tx tx, LoadPlan plan, BookingUnitOfWork unit) {
    if (plan.wantedTimes().isEmpty()) {
      return;
    }
    List<Wish> wishes = new ArrayList<>(plan.wantedTimes().size());
    for (LoadPlan.WantedTime wanted : plan.wantedTimes()) {
      Meeting slot = unit.meeting(wanted.slotId());
      wishes.add(
          slot == null
              ? new Wish(wanted.studentId(), Instant.EPOCH, Instant.EPOCH)
              : new Wish(wanted.studentId(), slot.startsAt(), slot.endsAt()));
    }
    Set<String> ids = new HashSet<>(plan.knownBookings());
    ids.addAll(plan.bookings());
    stores.overlaps().concerned(tx, ids, wishes).forEach(unit::load);
  }

  /** Only of students who cannot pay, which is rare. */
  private void loadRejectedAttempts(Tx tx, LoadPlan plan, BookingUnitOfWork unit) {
    Set<String> slots = new HashSet<>();
    Set<String> students = new HashSet<>();
    for (LoadPlan.Credits credits : plan.credits()) {
      Meeting slot = unit.meeting(credits.slotId());
      if (slot != null && credits.amount() < slot.price()) {
        slots.add(slot.id());
        students.add(credits.studentId());
      }
    }
    if (!slots.isEmpty()) {
      stores.bookings().rejected(tx, slots, students).forEach(unit::load);
    }
  }

  /** Bookings that were moved since the caller knew them are in meetings that are not loaded. */
  private void loadMeetingsOf(Tx tx, Collection<String> bookingIds, BookingUnitOfWork unit) {
    Set<String> missing = new HashSet<>();
    for (String id : bookingIds) {
      Booking booking = unit.booking(id);
      if (booking != null && unit.meeting(booking.meetingId()) == null) {
        missing.add(booking.meetingId());
      }
    }
    stores.meetings().byIds(tx, missing).values().forEach(unit::load);
  }

  /** Those whose meeting is not to be locked with them: without it nothing else is decided. */
  private static Set<String> onlyBookings(LoadPlan plan) {
    Set<String> ids = new HashSet<>(plan.bookings());
    ids.removeAll(plan.meetingsOf());
    return ids;
  }

  /** Writes all changes of a unit with a few statements. */
  public void write(Tx tx, BookingUnitOfWork unit) {
    Instant now = unit.now();
    stores.bookings().insert(tx, unit.newBookings(), now);
    stores.bookings().confirm(tx, unit.confirmedBookings(), now);
    stores.bookings().settled(tx, unit.settledBookings(), now);
    stores.bookings().save(tx, unit.changedBookings(), now);
    stores.meetings().save(tx, unit.changedMeetings(), now);
    stores.meetings().addSeats(tx, unit.seatChanges(), now);
    stores.keys().insert(tx, unit.newKeys(), clock.realNow());
    stores.disputes().insert(tx, unit.newDisputes(), now);
    stores.disputes().save(tx, unit.changedDisputes(), now);
    stores.evidence().add(tx, EvidenceEntries.of(unit));
    endStays(tx, unit.closedMeetings(), now);
    unit.adminActions().forEach(action -> AdminLog.record(tx, now, action));
    outbox.write(tx, unit);
    Set<String> meetingIds = new HashSet<>(unit.seatChanges().keySet());
    unit.changedMeetings().forEach(meeting -> meetingIds.add(meeting.id()));
    if (!meetingIds.isEmpty()) {
      tx.afterCommit(() -> changed.accept(meetingIds));
    }
  }

  private void endStays(Tx tx, List<String> closed, Instant now) {
    List<Evidence> left =
        stores.attendance().inside(tx, closed).stream()
            .map(stay -> Evidence.left(stay, now, "platform"))
            .toList();
    stores.attendance().allLeave(tx, closed, now);
    stores.evidence().add(tx, left);
  }
}
