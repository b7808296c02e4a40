package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.account.api.AccountApi;
import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Book;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.BookingApi.CancelBooking;
import io.classbell.booking.api.BookingApi.MoveBooking;
import io.classbell.booking.api.BookingApi.Resume;
import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.DisputeApi;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.CancelMeeting;
import io.classbell.booking.api.MeetingApi.CreateSlot;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Tell;
import io.classbell.platform.Failpoint;
import io.classbell.platform.Ids;
import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.bus.Task;
import io.classbell.platform.bus.Trace;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.db.Sql;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.json.Json;
import io.classbell.platform.node.Node;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.time.PlatformClock;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.classbell.wallet.WalletVerticle;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Booking and wallet as they run, on a real database of their own, with a clock that tests move.
 * The schedule is the test: it delivers the watchdog's messages when asked to.
 */
final class SagaWorld implements AutoCloseable {
  static final Instant NOW = Instant.parse("2030-02-01T10:00:00Z");
  private static final DeploymentOptions VIRTUAL =
      new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);

  static {
    Trace.register();
  }

  final Vertx vertx = Vertx.vertx();
  final TestDatabase server;
  final DatabaseSettings databaseSettings;
  final Node node;
  final BookingSettings settings = SettingsReader.of(BookingSettings.class).json("t", "{}").read();
  final String teacher = Ids.next();
  private String wallet;

  SagaWorld(TestDatabase server) {
    this.server = server;
    databaseSettings = server.fresh();
    Bus bus = new Bus(vertx);
    PlatformClock clock = PlatformClock.startingAt(NOW);
    node =
        new Node(
            bus,
            Database.connect(vertx, databaseSettings),
            clock,
            new Outbox(bus, clock),
            new SimpleMeterRegistry(),
            TestNode.outgoing(vertx),
            true);
    deploy(new BookingVerticle(node, settings));
    wallet = deploy(new WalletVerticle(node, walletSettings()));
  }

  private static WalletSettings walletSettings() {
    return SettingsReader.of(WalletSettings.class).json("t", "{}").read();
  }

  private String deploy(VerticleBase verticle) {
    return vertx.deployVerticle(verticle, VIRTUAL).await();
  }

  /** Another node's booking and wallet beside these; who is asked takes turns. */
  void addNode() {
    deploy(new BookingVerticle(node, settings));
    deploy(new WalletVerticle(node, walletSettings()));
  }

  /**
   * Account modules answer from now on: everybody is a teacher.
   *
   * @param disabled the ids of those whose account is disabled
   */
  void serveTeachers(Set<String> disabled) {
    deploy(
        new VerticleBase() {
          @Override
          public Future<?> start() {
            return node.bus()
                .serve(
                    AccountApi.PEOPLE,
                    q ->
                        new AccountApi.People(
                            q.ids().stream().map(id -> teacher(id, disabled)).toList()));
          }
        });
  }

  private static AccountApi.Person teacher(String id, Set<String> disabled) {
    return new AccountApi.Person(
        id, "t@x.org", "T.", Caller.Role.teacher, !disabled.contains(id), "UTC", "en", null);
  }

  /** The account of this person was changed: whoever holds it asks again. */
  void changed(String userId) {
    node.bus().publish(AccountApi.PERSON_CHANGED, new AccountApi.Changed(userId));
  }

  /** The wallet answers nobody any more. */
  void stopWallet() {
    vertx.undeploy(wallet).await();
  }

  void startWallet() {
    wallet = deploy(new WalletVerticle(node, walletSettings()));
  }

  // ------------------------------------------------------------------ what people do

  <Q, A> Future<A> ask(Operation<Q, A> operation, Q request) {
    return node.bus().ask(operation, request);
  }

  /** A new student with that much in the wallet. */
  String student(long credits) {
    String id = Ids.next();
    if (credits > 0) {
      ask(WalletApi.DEPOSIT, new WalletApi.Deposit(Ids.next(), id, credits, "test", null)).await();
    }
    return id;
  }

  /** A slot of an hour that starts this many hours from {@link #NOW}. */
  MeetingView slot(long hours, int capacity, long price) {
    return slot(teacher, hours, capacity, price);
  }

  MeetingView slot(String teacherId, long hours, int capacity, long price) {
    return slot(teacherId, Duration.ofHours(hours), 60, capacity, price);
  }

  MeetingView slot(String teacherId, Duration fromNow, int minutes, int capacity, long price) {
    Instant startsAt = NOW.plus(fromNow);
    return ask(
            MeetingApi.CREATE_SLOT,
            new CreateSlot(
                Ids.next(),
                teacherId,
                "Algebra",
                startsAt,
                minutes,
                capacity,
                price,
                "Europe/Berlin"))
        .await();
  }

  Future<BookingView> book(String student, MeetingView slot) {
    return ask(BookingApi.BOOK, new Book(Ids.next(), student, slot.id()));
  }

  Future<BookingView> cancel(BookingView booking) {
    return ask(
        BookingApi.CANCEL_BOOKING,
        new CancelBooking(Ids.next(), student(booking), booking.id(), "ill"));
  }

  Future<BookingView> move(BookingView booking, MeetingView to) {
    return ask(
        BookingApi.MOVE_BOOKING,
        new MoveBooking(Ids.next(), student(booking), booking.id(), to.id()));
  }

  Future<MeetingView> cancelMeeting(MeetingView meeting) {
    return cancelMeeting(meeting, "storm");
  }

  Future<MeetingView> cancelMeeting(MeetingView meeting, String reason) {
    return ask(
        MeetingApi.CANCEL_MEETING,
        new CancelMeeting(Ids.next(), teacher(meeting), meeting.id(), reason));
  }

  static Caller student(BookingView booking) {
    return new Caller(booking.studentId(), Caller.Role.student);
  }

  static Caller teacher(MeetingView meeting) {
    return new Caller(meeting.teacherId(), Caller.Role.teacher);
  }

  /** The refusal's code; the test fails where it was none. */
  static String refusal(Future<?> answer) {
    return failure(answer).code();
  }

  static Rejection failure(Future<?> answer) {
    try {
      Object done = answer.await();
      throw new AssertionError("not refused: " + done);
    } catch (RejectedException refused) {
      return refused.failure();
    }
  }

  // ------------------------------------------------------------------ what is there

  MeetingView meeting(MeetingView meeting) {
    return ask(MeetingApi.MEETING, new MeetingApi.MeetingById(teacher(meeting), meeting.id()))
        .await();
  }

  BookingView booking(BookingView booking) {
    return booking(booking.id());
  }

  BookingView booking(String id) {
    Caller admin = new Caller(Ids.next(), Caller.Role.admin);
    return ask(BookingApi.BOOKING, new BookingApi.BookingById(admin, id)).await();
  }

  long balance(String user) {
    return ask(WalletApi.BALANCE, new WalletApi.BalanceOf(user)).await().balance();
  }

  long escrow(MeetingView meeting) {
    List<String> rows =
        server.rows(
            databaseSettings,
            "SELECT balance FROM ledger_account WHERE id = 'escrow:" + meeting.id() + "'");
    return rows.isEmpty() ? 0 : Long.parseLong(rows.getFirst());
  }

  /** What a user was told of meetings: the kinds, sorted, each cause once. */
  List<String> heard(String user) {
    return facts()
        .filter(f -> f.userId().equals(user) && f.data().containsKey("meetingId"))
        .collect(
            TreeMap<String, String>::new,
            (map, f) -> map.put(f.cause(), f.kind().name()),
            TreeMap::putAll)
        .values()
        .stream()
        .sorted()
        .toList();
  }

  Stream<Fact> facts() {
    return node
        .database()
        .read()
        .list(
            "SELECT body FROM scheduled_message WHERE address = 'notification.tell' ORDER BY id",
            r -> Json.read(r.getString("body"), Tell.class))
        .stream()
        .flatMap(t -> t.facts().stream());
  }

  // ------------------------------------------------------------------ faults

  /** The next to come there dies. */
  void dieAt(String name) {
    Failpoint.hook(
        reached -> {
          if (reached.equals(name)) {
            Failpoint.hook(null);
            throw new Died(name);
          }
        });
  }

  /** After the wallet was read for a seat, the student loses these credits; then that step dies. */
  void loseThenDieAt(String student, long credits, String name) {
    Failpoint.hook(
        reached -> {
          if (reached.equals("funds.read")) {
            dieAt(name);
            var admin = new Caller(Ids.next(), Caller.Role.admin);
            var adjust = new WalletApi.Adjust(Ids.next(), admin, student, -credits, "test");
            ask(WalletApi.ADJUST, adjust).await();
          }
        });
  }

  static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Died(String at) {
      super("died at " + at, null, false, false);
    }
  }

  /** Some seconds later: delivers the watchdog's messages that are due then, each twice. */
  void watchdog() {
    node.clock().advance(settings.watchdogDelay().plusSeconds(1));
    deliver(BookingApi.RESUME);
  }

  /** Delivers the deadlines of disputes that are due, each twice. */
  void answersDue() {
    deliver(DisputeApi.ANSWER_DUE);
  }

  /** Moves on to that time and carries out the milestones that are due, each twice. */
  void live(Instant until) {
    node.clock().advance(Duration.between(node.clock().now(), until));
    while (deliver(MeetingApi.MILESTONE) > 0) {
      // What follows from a milestone may be due as well.
    }
  }

  private int deliver(Task<?> task) {
    List<Task.Stored> due =
        node.database()
            .read()
            .list(
                "SELECT id, due_at, body FROM scheduled_message WHERE address = ? AND due_at <= ?",
                r ->
                    new Task.Stored(
                        r.getString("id"),
                        task.address(),
                        Sql.instant(r, "due_at"),
                        1,
                        r.getString("body")),
                task.address(),
                node.clock().now());
    var deliver = new Task.Deliver(due);
    ask(task.delivery(), deliver).await();
    List<Task.Failed> failed = ask(task.delivery(), deliver).await().failed();
    assertThat(failed).isEmpty();
    for (Task.Stored message : due) {
      node.database().read().execute("DELETE FROM scheduled_message WHERE id = ?", message.id());
    }
    return due.size();
  }

  List<String> watched() {
    return node
        .database()
        .read()
        .list(
            "SELECT body FROM scheduled_message WHERE address = 'booking.resume'",
            r -> Json.read(r.getString("body"), Resume.class))
        .stream()
        .flatMap(r -> r.bookingIds().stream())
        .toList();
  }

  /** Every invariant, once nothing is under way any more. */
  void assertSound() {
    List<String> wrong = new ArrayList<>();
    wrong.addAll(
        rows(
            "SELECT 'under way', id, status, money, moving_to FROM meeting_participant"
                + " WHERE status = 'pending' OR money IN ('asked', 'settling', 'voiding')"
                + " OR moving_to IS NOT NULL"));
    wrong.addAll(
        rows(
            "SELECT 'seats', m.id, m.seats_taken, m.capacity FROM meeting m"
                + " WHERE m.seats_taken > m.capacity OR m.seats_taken <> (SELECT COUNT(*)"
                + " FROM meeting_participant p WHERE p.meeting_id = m.id AND p.live = 1)"));
    wrong.addAll(
        rows(
            "SELECT 'live', id, status, live FROM meeting_participant WHERE"
                + " (live IS NULL) = (status IN ('pending', 'confirmed', 'completed'))"));
    wrong.addAll(
        rows(
            "SELECT 'overlap', a.id, b.id FROM meeting_participant a JOIN meeting_participant b"
                + " ON a.student_id = b.student_id AND a.id < b.id AND a.live = 1 AND b.live = 1"
                + " AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"));
    wrong.addAll(
        rows(
            "SELECT 'escrow', m.id, a.balance FROM meeting m JOIN ledger_account a"
                + " ON a.id = CONCAT('escrow:', m.id) WHERE a.balance <> (SELECT"
                + " COALESCE(SUM(p.price), 0) FROM meeting_participant p"
                + " WHERE p.meeting_id = m.id AND p.money = 'held')"));
    wrong.addAll(
        rows(
            "SELECT 'hold', p.id, p.money, h.state, h.amount, p.price FROM meeting_participant p"
                + " JOIN ledger_hold h ON h.booking_id = p.id WHERE p.money = 'held' AND (h.state"
                + " <> 'held' OR h.amount <> p.price OR h.meeting_id <> p.meeting_id)"));
    ask(BookingApi.AUDIT, new BookingApi.AuditSeats()).await().invariants().stream()
        .map(AuditFindings.Invariant::violations)
        .forEach(wrong::addAll);
    ask(WalletApi.AUDIT, new WalletApi.AuditBooks()).await().invariants().stream()
        .map(AuditFindings.Invariant::violations)
        .forEach(wrong::addAll);
    assertThat(wrong).isEmpty();
  }

  List<String> rows(String sql) {
    return server.rows(databaseSettings, sql);
  }

  @Override
  public void close() {
    Failpoint.hook(null);
    vertx.close().await();
  }
}
