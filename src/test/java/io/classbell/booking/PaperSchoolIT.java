package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.PaperSchool.Seat;
import io.classbell.booking.PaperSchool.Slot;
import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Book;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.BookingApi.CancelBooking;
import io.classbell.booking.api.BookingApi.MoveBooking;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.CancelMeeting;
import io.classbell.booking.api.MeetingApi.CreateSlot;
import io.classbell.booking.api.MeetingApi.DecideReview;
import io.classbell.booking.api.MeetingApi.JoinMeeting;
import io.classbell.platform.Failpoint;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two nodes and {@link PaperSchool} are given the same commands at random, while time passes and
 * the platform dies at random in the middle of some: after each, everybody has the same credits and
 * every class and booking is the same.
 */
@OnBothDatabases
class PaperSchoolIT {
  private static final int COMMANDS = 150;
  private static final long[] PRICES = {0, 1, 33, 999, 2_501};
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final String UNDER_WAY = "under way";

  /** Where the platform can die in each command. */
  private static final List<String> BOOKING =
      List.of("book.reserved", "hold.answered", "booking.confirmed");

  private static final List<String> CANCELLATION =
      List.of("cancel.decided", "settle.answered", "settle.recorded");

  private static final List<String> MOVE = List.of("move.reserved", "carry.answered", "move.ended");
  private static final List<String> CANCELLATION_OF_A_CLASS =
      List.of("cancel-meeting.decided", "settle.answered", "settle.recorded");

  @Parameter TestDatabase database;
  private SagaWorld world;
  private PaperSchool paper;
  private Random random;
  private int moves;
  private List<String> students;
  private List<String> teachers;

  @AfterEach
  void close() {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void it_agrees_with_the_rules_on_paper(long seed) {
    random = new Random(seed);
    world = new SagaWorld(database);
    world.addNode();
    paper = new PaperSchool(SagaWorld.NOW);
    students = Stream.generate(() -> world.student(5_000)).limit(5).toList();
    teachers = Stream.generate(Ids::next).limit(2).toList();
    students.forEach(student -> paper.credits.put(student, 5_000L));
    timePasses(0);
    List<String> log = new ArrayList<>();
    for (int i = 0; i < COMMANDS; i++) {
      String command = next();
      log.add(command);
      waitForEnds();
      assertThat(there()).as("seed %d, after %s", seed, log).isEqualTo(onPaper());
    }
    assertThat(told()).isEqualTo(paper.told);
    world.assertSound();
  }

  // ------------------------------------------------------------------ commands

  private String next() {
    int dice = random.nextInt(100);
    if (dice < 13 || paper.slots.isEmpty()) {
      return offer();
    }
    if (dice < 38 || paper.seats.isEmpty()) {
      return book();
    }
    if (dice < 46) {
      return cancel();
    }
    if (dice < 62) {
      return move();
    }
    if (dice < 85) {
      return visit();
    }
    if (dice < 88) {
      return cancelMeeting();
    }
    if (dice < 92) {
      return decide();
    }
    return timePasses(1 + random.nextInt(random.nextInt(4) > 0 ? 4 : 120));
  }

  private String offer() {
    Instant start = quarter(1 + random.nextInt(random.nextBoolean() ? 6 : 200));
    int minutes = 30 * (1 + random.nextInt(3));
    String id = Ids.next();
    String teacher = any(teachers);
    int capacity = 1 + random.nextInt(3);
    long price = PRICES[random.nextInt(PRICES.length)];
    var command =
        new CreateSlot(id, teacher, "Algebra", start, minutes, capacity, price, "Europe/Berlin");
    Slot slot = new Slot(id, teacher, start, Duration.ofMinutes(minutes), capacity, price);
    return same("offer " + id, world.ask(MeetingApi.CREATE_SLOT, command), paper.offer(slot));
  }

  /** A quarter of an hour that begins so many from the one that time is in. */
  private Instant quarter(int quarters) {
    long millis = QUARTER.toMillis();
    return Instant.ofEpochMilli((paper.now.toEpochMilli() / millis + quarters) * millis);
  }

  private String book() {
    String id = Ids.next();
    String student = any(students);
    Slot slot = anySlot();
    return mayDie(
        "book " + id + " in " + slot.id,
        BOOKING,
        () -> world.ask(BookingApi.BOOK, new Book(id, student, slot.id)),
        paper.book(id, student, slot));
  }

  private String cancel() {
    Seat seat = anySeat();
    String student = random.nextInt(10) == 0 ? any(students) : seat.student;
    var command = new CancelBooking(Ids.next(), student(student), seat.id, null);
    return mayDie(
        "cancel " + seat.id,
        CANCELLATION,
        () -> world.ask(BookingApi.CANCEL_BOOKING, command),
        paper.cancel(student, seat));
  }

  private String move() {
    Seat seat = anySeat();
    Slot to = anySlot();
    var command = new MoveBooking(Ids.next(), student(seat.student), seat.id, to.id);
    return mayDie(
        "move " + seat.id + " to " + to.id,
        MOVE,
        () -> world.ask(BookingApi.MOVE_BOOKING, command),
        paper.move(seat, to));
  }

  private String visit() {
    Slot slot = rather(paper.slots, s -> s.status.equals("open"));
    String student = rather(paper.seats, s -> s.slot == slot && s.live()).student;
    String user = random.nextBoolean() ? slot.teacher : student;
    boolean join = random.nextInt(8) > 0;
    var command = new JoinMeeting(Ids.next(), student(user), slot.id);
    return same(
        user + (join ? " joins " : " leaves ") + slot.id,
        world.ask(join ? MeetingApi.JOIN : MeetingApi.LEAVE, command),
        paper.visit(user, slot, join));
  }

  private String cancelMeeting() {
    Slot slot = anySlot();
    Caller teacher = new Caller(slot.teacher, Caller.Role.teacher);
    var command = new CancelMeeting(Ids.next(), teacher, slot.id, "storm");
    return mayDie(
        "cancel class " + slot.id,
        CANCELLATION_OF_A_CLASS,
        () -> world.ask(MeetingApi.CANCEL_MEETING, command),
        paper.cancelMeeting(slot));
  }

  private String decide() {
    Slot slot = rather(paper.slots, s -> !s.review.equals("none"));
    int percent = 10 * random.nextInt(11) + random.nextInt(2);
    int studentPercent = Math.min(percent, 100);
    Caller admin = new Caller(Ids.next(), Caller.Role.admin);
    var command = new DecideReview(Ids.next(), admin, slot.id, "split", studentPercent, "so be it");
    return same(
        "decide " + slot.id + " by " + studentPercent,
        world.ask(MeetingApi.DECIDE_REVIEW, command),
        paper.decide(slot, studentPercent));
  }

  /**
   * Some quarters of an hour on, and each time a bit more: far from every full quarter, and never a
   * whole number of them apart, so that what is due by then is the same on a slow machine.
   */
  private String timePasses(int quarters) {
    Instant then = quarter(quarters).plusSeconds(90 + 15L * moves++);
    world.live(then);
    paper.moveTo(then);
    return quarters + " quarters pass, to " + then;
  }

  /** In one of four the platform dies on the way, if it comes there; the watchdog ends it then. */
  private String mayDie(
      String what, List<String> places, Supplier<Future<?>> command, String expected) {
    if (random.nextInt(4) > 0) {
      return same(what, command.get(), expected);
    }
    String place = any(places);
    world.dieAt(place);
    String outcome = outcome(command.get());
    Failpoint.hook(null);
    assertThat(outcome).as(what).isIn(expected, UNDER_WAY, "internal_error");
    world.watchdog();
    return what + ", dying at " + place;
  }

  private String same(String what, Future<?> answer, String expected) {
    assertThat(outcome(answer)).as(what).isIn(expected, UNDER_WAY);
    return what + ": " + expected;
  }

  private static String outcome(Future<?> answer) {
    try {
      return answer.await() instanceof BookingView booking && booking.underWay()
          ? UNDER_WAY
          : PaperSchool.DONE;
    } catch (RejectedException refused) {
      return refused.failure().code();
    }
  }

  // ------------------------------------------------------------------ what became of it

  /** What a slow machine left to the watchdog is driven on by it. */
  private void waitForEnds() {
    TestNode.until(
        "nothing is under way",
        Duration.ofSeconds(40),
        () -> {
          if (!isUnderWay()) {
            return true;
          }
          world.watchdog();
          return !isUnderWay();
        });
  }

  private boolean isUnderWay() {
    return !world
        .rows(
            "SELECT id FROM meeting_participant WHERE moving_to IS NOT NULL"
                + " OR money IN ('asked', 'settling', 'voiding')")
        .isEmpty();
  }

  private List<String> there() {
    return Stream.of(
            "SELECT id, balance, held FROM ledger_account WHERE balance <> 0 OR held <> 0",
            "SELECT 'fees', COALESCE(SUM(amount), 0) FROM ledger_entry WHERE account_id = 'fees'",
            "SELECT id, status, seats_taken, review_state FROM meeting",
            "SELECT id, status, meeting_id, price FROM meeting_participant")
        .flatMap(sql -> world.rows(sql).stream())
        .sorted()
        .toList();
  }

  private List<String> onPaper() {
    List<String> all = new ArrayList<>();
    all.add("fees|" + paper.fees);
    paper.credits.forEach(
        (user, balance) -> {
          long held = paper.held(paper.seats.stream().filter(s -> s.student.equals(user)));
          if (balance != 0 || held != 0) {
            all.add("wallet:" + user + "|" + balance + "|" + held);
          }
        });
    for (Slot slot : paper.slots) {
      long escrow = paper.held(paper.seats.stream().filter(s -> s.slot == slot));
      if (escrow != 0) {
        all.add("escrow:" + slot.id + "|" + escrow + "|0");
      }
      all.add(slot.id + "|" + slot.status + "|" + paper.taken(slot) + "|" + slot.review);
    }
    paper.seats.forEach(s -> all.add(s.id + "|" + s.status + "|" + s.slot.id + "|" + s.price));
    return all.stream().sorted().toList();
  }

  /** The amounts that people were told of, each cause once. */
  private Map<String, Long> told() {
    Map<String, Long> told = new TreeMap<>();
    world
        .facts()
        .filter(f -> f.cause().matches("(refund_issued|credits_received):.*"))
        .filter(f -> f.data().containsKey("bookingId"))
        .forEach(f -> told.put(f.cause(), Long.parseLong(f.data().get("amount"))));
    return told;
  }

  private Slot anySlot() {
    return rather(paper.slots, slot -> slot.status.equals("scheduled"));
  }

  private Seat anySeat() {
    return rather(paper.seats, seat -> seat.status.equals("confirmed"));
  }

  /** Mostly one of these, where there are any. */
  private <T> T rather(List<T> of, Predicate<T> these) {
    List<T> found = random.nextInt(6) == 0 ? of : of.stream().filter(these).toList();
    return any(found.isEmpty() ? of : found);
  }

  private static Caller student(String id) {
    return new Caller(id, Caller.Role.student);
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
