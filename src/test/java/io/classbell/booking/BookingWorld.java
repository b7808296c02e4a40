package io.classbell.booking;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.Milestone;
import io.classbell.booking.command.BookingTransaction;
import io.classbell.booking.decision.BookingDecider;
import io.classbell.booking.lifecycle.MilestoneHandler;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.outbox.BookingOutbox;
import io.classbell.booking.outbox.Milestones;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.MeetingStore;
import io.classbell.booking.store.ParticipantStore;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Tell;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Task.Due;
import io.classbell.platform.bus.Task.Failed;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.db.Sql;
import io.classbell.platform.json.Json;
import io.classbell.platform.node.Node;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.time.PlatformClock;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The booking module on a real database of its own, with a clock that tests move. Nothing is
 * deployed: tests carry out what is due themselves, in whatever order and as often as they like.
 */
final class BookingWorld implements AutoCloseable {
  static final Instant START = Instant.parse("2030-03-01T10:00:00Z");

  final Vertx vertx = Vertx.vertx();
  final TestDatabase server;
  final DatabaseSettings databaseSettings;
  final Node node;
  final BookingStores stores = new BookingStores();
  final MeetingStore meetings = stores.meetings();
  final ParticipantStore participants = stores.bookings();
  final BookingTransaction transaction;
  final MilestoneHandler life;

  BookingWorld(TestDatabase server) {
    this.server = server;
    databaseSettings = server.fresh();
    Bus bus = new Bus(vertx);
    PlatformClock clock = PlatformClock.startingAt(START.minus(Duration.ofDays(10)));
    node =
        new Node(
            bus,
            Database.connect(vertx, databaseSettings),
            clock,
            new Outbox(bus, clock),
            new SimpleMeterRegistry(),
            TestNode.outgoing(vertx),
            true);
    transaction =
        new BookingTransaction(
            stores,
            new BookingOutbox(
                node.outbox(), node.clock(), BookingDefaults.SETTINGS.watchdogDelay()),
            new BookingDecider(CancellationPolicy.frozen(BookingDefaults.SETTINGS)),
            node.clock());
    life = new MilestoneHandler(node, BookingDefaults.SETTINGS, stores, transaction);
  }

  Sql read() {
    return node.database().read();
  }

  Instant now() {
    return node.clock().now();
  }

  void moveTo(Instant instant) {
    node.clock().advance(Duration.between(now(), instant));
  }

  /** A slot of 60 minutes that starts at {@link #START}, with its first milestone written. */
  Meeting slot(int capacity, long price) {
    return slot(Ids.next(), START, capacity, price);
  }

  Meeting slot(String teacherId, Instant startsAt, int capacity, long price) {
    Meeting slot =
        Meeting.scheduled(
            Ids.next(), teacherId, null, "Algebra", startsAt, 60, capacity, price, now());
    return node.database()
        .inTransaction(
            tx -> {
              meetings.insert(tx, List.of(slot));
              node.outbox()
                  .write(
                      tx, Milestones.first(node.outbox(), slot, BookingDefaults.SETTINGS, now()));
              return slot;
            });
  }

  /** A confirmed booking of a new student. */
  Booking booked(Meeting slot) {
    return seat(slot, Ids.next(), true);
  }

  Booking pending(Meeting slot) {
    return seat(slot, Ids.next(), false);
  }

  Booking seat(Meeting slot, String studentId, boolean confirmed) {
    return node.database()
        .inTransaction(
            tx -> {
              Meeting locked = Objects.requireNonNull(meetings.lock(tx, slot.id()));
              meetings.save(tx, List.of(locked.withSeats(1)), now());
              Booking booking = pendingIn(locked, studentId);
              participants.insert(tx, List.of(booking), now());
              if (confirmed) {
                participants.save(tx, List.of(booking.confirmed()), now());
                return booking.confirmed();
              }
              return booking;
            });
  }

  /** Confirmed bookings of new students for every seat of an empty class. */
  void fill(Meeting slot) {
    List<Booking> all =
        Stream.generate(() -> pendingIn(slot, Ids.next()).confirmed())
            .limit(slot.capacity())
            .toList();
    node.database()
        .inTransaction(
            tx -> {
              Meeting locked = Objects.requireNonNull(meetings.lock(tx, slot.id()));
              meetings.save(tx, List.of(locked.withSeats(slot.capacity())), now());
              participants.insert(tx, all, now());
              return all;
            });
  }

  private Booking pendingIn(Meeting slot, String studentId) {
    return Booking.pending(
        Ids.next(), studentId, slot, CancellationPolicy.frozen(BookingDefaults.SETTINGS), now());
  }

  Meeting meeting(Meeting slot) {
    return Objects.requireNonNull(meetings.byId(read(), slot.id()));
  }

  Booking booking(Booking booking) {
    return Objects.requireNonNull(participants.byId(read(), booking.id()));
  }

  /** The live bookings of a class. */
  List<Booking> liveOf(Meeting slot) {
    return node.database()
        .inTransaction(tx -> List.copyOf(participants.lockLiveOf(tx, List.of(slot.id())).values()));
  }

  /** The milestones that are stored, nearest first. */
  List<Due<Milestone>> stored() {
    return read()
        .list(
            "SELECT id, due_at, body FROM scheduled_message WHERE address = ? ORDER BY due_at, id",
            r ->
                new Due<>(
                    r.getString("id"),
                    Sql.instant(r, "due_at"),
                    1,
                    Json.read(r.getString("body"), Milestone.class)),
            MeetingApi.MILESTONE.address());
  }

  List<Due<Milestone>> due() {
    return stored().stream().filter(d -> !d.dueAt().isAfter(now())).toList();
  }

  /** Carries out what is due until nothing is, as the schedule does; each delivery is doubled. */
  void settleDown() {
    for (List<Due<Milestone>> due = due(); !due.isEmpty(); due = due()) {
      deliver(due);
    }
  }

  /** Delivers, twice, and acknowledges. */
  void deliver(List<Due<Milestone>> due) {
    List<Failed> failed = new ArrayList<>(life.carryOut(due));
    failed.addAll(life.carryOut(due));
    if (!failed.isEmpty()) {
      throw new AssertionError("failed: " + failed);
    }
    node.database()
        .inTransaction(
            tx -> {
              due.forEach(d -> tx.execute("DELETE FROM scheduled_message WHERE id = ?", d.id()));
              return due;
            });
  }

  /** Everything that people were told, each once by its cause, in the order of telling. */
  List<Fact> told() {
    return read()
        .list(
            "SELECT body FROM scheduled_message WHERE address = 'notification.tell' ORDER BY id",
            r -> Json.read(r.getString("body"), Tell.class))
        .stream()
        .flatMap(t -> t.facts().stream())
        .collect(
            Collectors.toMap(
                f -> f.cause() + "@" + f.userId(),
                f -> f,
                (first, again) -> first,
                LinkedHashMap::new))
        .values()
        .stream()
        .toList();
  }

  /** {@code kind@user}, sorted: what was told to whom. */
  List<String> heard() {
    return told().stream()
        .map(f -> f.kind() + "@" + f.userId())
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  /** The bookings whose settlement is asked to be driven on. */
  List<String> resumed() {
    return read()
        .list(
            "SELECT body FROM scheduled_message WHERE address = 'booking.resume' ORDER BY id",
            r -> Json.read(r.getString("body"), BookingApi.Resume.class))
        .stream()
        .flatMap(r -> r.bookingIds().stream())
        .toList();
  }

  @Override
  public void close() {
    node.database().close().await();
    vertx.close().await();
  }
}
