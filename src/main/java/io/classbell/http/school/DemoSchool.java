package io.classbell.http.school;

import io.classbell.account.api.AccountApi;
import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.http.school.DemoPeople.Person;
import io.classbell.http.school.DemoPeople.Teacher;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.config.Secret;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.node.Node;
import io.classbell.schedule.api.ScheduleApi;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a platform in test mode with a school: teachers, students, past classes with their payments
 * and reviews that wait, and classes of the next two weeks, some full and some open. Everything is
 * done by the commands that users give, so the books are right. The past is created by moving the
 * test clock forward, once; later calls only add the classes of days that have none yet. Every
 * command has an id that is derived from what it creates, so a repeated call creates nothing twice.
 *
 * <p>Runs on a virtual thread.
 */
public final class DemoSchool {
  /** Creates the school, or what is missing of it. */
  public static final Operation<Open, Opened> OPEN =
      Operation.of("http.demo-school", Open.class, Opened.class);

  /** The whole school is created within this time. */
  public static final Duration TIME_LIMIT = Duration.ofMinutes(2);

  private static final Logger LOG = LoggerFactory.getLogger(DemoSchool.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Secret PASSWORD = Secret.of("classbell-demo");
  private static final String NAME = "demo-school";
  private static final int DAYS = 14;
  private static final long DEPOSIT = 100_000;
  private static final int PAST_CLASSES = 6;

  /** The classes that somebody misses, so that a review waits. */
  private static final int TEACHER_MISSES = 4;

  private static final int STUDENT_MISSES = 5;
  private static final int OPEN_CLASSES = 3;
  private static final int MOST_WAITS = 4;

  public record Open() {}

  /** Numbers of what exists now; {@code now} is the platform's time afterwards. */
  public record Opened(int teachers, int students, int classes, int bookings, Instant now) {}

  private final Node node;

  public DemoSchool(Node node) {
    this.node = node;
  }

  public Future<Void> register(Bus bus) {
    return bus.serve(OPEN, request -> open());
  }

  private Opened open() {
    List<String> teachers = new ArrayList<>();
    List<String> students = new ArrayList<>();
    for (Future<AccountApi.User> user : register(teachersAndStudents())) {
      AccountApi.User known = user.await();
      (known.role() == Role.teacher ? teachers : students).add(known.id());
    }
    students.addAll(demoAccounts(Role.student));
    Future.all(students.stream().map(this::deposit).toList()).await();
    if (!exists(pastClass(PAST_CLASSES - 1))) {
      createPast(teachers, students);
    }
    int bookings = createUpcoming(teachers, students);
    bookings += createOpen(teachers, students);
    Instant now = node.clock().now();
    LOG.info("The demo school is open");
    return new Opened(teachers.size(), students.size(), teachers.size() * DAYS, bookings, now);
  }

  private static List<Person> teachersAndStudents() {
    List<Person> all = new ArrayList<>(DemoPeople.TEACHERS.stream().map(Teacher::person).toList());
    all.addAll(DemoPeople.STUDENTS);
    return all;
  }

  /** Passwords are hashed on all cores at once. */
  private List<Future<AccountApi.User>> register(List<Person> people) {
    return people.stream()
        .map(
            person ->
                node.bus()
                    .ask(
                        AccountApi.REGISTER,
                        new AccountApi.Register(
                            id("account", person.email()),
                            person.email(),
                            PASSWORD,
                            person.name(),
                            person.role(),
                            person.timezone(),
                            person.locale(),
                            "127.0.0.1"),
                        PATIENCE))
        .toList();
  }

  /** The demo accounts have something to show, too. */
  private List<String> demoAccounts(Role role) {
    Caller admin =
        new Caller(
            ask(AccountApi.ADMINS, new AccountApi.Admins()).people().getFirst().id(), Role.admin);
    return ask(
            AccountApi.LIST_USERS,
            new AccountApi.ListUsers(
                admin, null, 1, role.name() + "@classbell.test", role, "active"))
        .items()
        .stream()
        .map(AccountApi.User::id)
        .toList();
  }

  private Future<?> deposit(String student) {
    return attempt(
        WalletApi.DEPOSIT,
        new WalletApi.Deposit(id("deposit", student), student, DEPOSIT, "test", null));
  }

  private static String pastClass(int number) {
    return id("past", Integer.toString(number));
  }

  private boolean exists(String meetingId) {
    Caller admin = new Caller(Ids.next(), Role.admin);
    return tryTo(MeetingApi.MEETING, new MeetingApi.MeetingById(admin, meetingId)) != null;
  }

  /**
   * Holds six classes: four as planned, one without its teacher and one without one of its
   * students. Their reviews wait; the others are paid when the dispute window has passed.
   */
  private void createPast(List<String> teachers, List<String> students) {
    Instant start = soon(Duration.ofHours(1));
    List<List<String>> present = new ArrayList<>();
    for (int i = 0; i < PAST_CLASSES; i++) {
      createSlot(pastClass(i), teachers.get(i), DemoPeople.TEACHERS.get(i), start, 8);
      List<String> booked = new ArrayList<>();
      for (int seat = 0; seat < 2; seat++) {
        String student = students.get(2 * i + seat);
        if (book(pastClass(i), student)) {
          booked.add(student);
        }
      }
      present.add(booked);
    }
    advance("opening", Duration.between(node.clock().now(), start.plusSeconds(60)));
    for (int i = 0; i < PAST_CLASSES; i++) {
      if (i != TEACHER_MISSES) {
        join(pastClass(i), new Caller(teachers.get(i), Role.teacher));
      }
      List<String> booked = present.get(i);
      int absent = i == STUDENT_MISSES ? 1 : 0;
      for (String student : booked.subList(0, Math.max(0, booked.size() - absent))) {
        join(pastClass(i), new Caller(student, Role.student));
      }
    }
    advance("closing", Duration.ofMinutes(100));
    advance("payment", Duration.ofHours(25));
  }

  /**
   * Creates a class of each teacher on each of the next days, and books about a third of the seats.
   * The classes of a day are created at the same time, and then their bookings.
   */
  private int createUpcoming(List<String> teachers, List<String> students) {
    Instant now = node.clock().now();
    int booked = 0;
    for (int day = 1; day <= DAYS; day++) {
      List<Future<@Nullable MeetingView>> slots = new ArrayList<>();
      for (int t = 0; t < teachers.size(); t++) {
        slots.add(startSlot(teachers.get(t), DemoPeople.TEACHERS.get(t), now, day));
      }
      Future.all(slots).await();
      List<Future<@Nullable BookingView>> bookings = new ArrayList<>();
      for (int t = 0; t < teachers.size(); t++) {
        MeetingView slot = slots.get(t).result();
        if (slot != null && slot.seatsTaken() == 0) {
          int rest = (t + day) % 3;
          int seats = rest == 0 ? slot.capacity() : rest == 1 ? 1 : 0;
          for (int seat = 0; seat < Math.min(seats, 4); seat++) {
            String student = students.get((t * 5 + day + seat * 3) % students.size());
            bookings.add(attempt(BookingApi.BOOK, booking(slot.id(), student)));
          }
        }
      }
      Future.all(bookings).await();
      for (Future<@Nullable BookingView> booking : bookings) {
        booked += isConfirmed(booking.result()) ? 1 : 0;
      }
    }
    return booked;
  }

  private Future<@Nullable MeetingView> startSlot(
      String teacherId, Teacher teacher, Instant now, int day) {
    ZoneId zone = ZoneId.of(teacher.person().timezone());
    LocalDate date = LocalDate.ofInstant(now, zone).plusDays(day);
    Instant start = date.atTime(LocalTime.of(teacher.hour(), 0)).atZone(zone).toInstant();
    String slot = id("slot", teacher.person().name(), date.toString());
    return attempt(
        MeetingApi.CREATE_SLOT, slot(slot, teacherId, teacher, start, teacher.capacity()));
  }

  /** Creates classes that open at once, with people in them. */
  private int createOpen(List<String> teachers, List<String> students) {
    Instant start = soon(Duration.ofMinutes(10));
    String hour = start.truncatedTo(ChronoUnit.HOURS).toString();
    int booked = 0;
    for (int i = 0; i < OPEN_CLASSES; i++) {
      int t = teachers.size() - 1 - i;
      String slot = id("open", hour, Integer.toString(i));
      if (createSlot(slot, teachers.get(t), DemoPeople.TEACHERS.get(t), start, 4)) {
        for (int seat = 0; seat < 2; seat++) {
          booked += book(slot, students.get(2 * i + seat)) ? 1 : 0;
        }
      }
    }
    // What is due now is done: the classes are open.
    advance("open-" + start, Duration.ofSeconds(1));
    for (int i = 0; i < OPEN_CLASSES - 1; i++) {
      String slot = id("open", hour, Integer.toString(i));
      join(slot, new Caller(teachers.get(teachers.size() - 1 - i), Role.teacher));
      join(slot, new Caller(students.get(2 * i), Role.student));
    }
    return booked;
  }

  private Instant soon(Duration ahead) {
    return node.clock().now().plus(ahead).truncatedTo(ChronoUnit.MINUTES);
  }

  /** Returns false if the class exists already, or overlaps another one of the teacher. */
  private boolean createSlot(
      String slot, String teacherId, Teacher teacher, Instant start, int capacity) {
    MeetingView created =
        tryTo(MeetingApi.CREATE_SLOT, slot(slot, teacherId, teacher, start, capacity));
    return created != null && created.seatsTaken() == 0;
  }

  private static MeetingApi.CreateSlot slot(
      String slot, String teacherId, Teacher teacher, Instant start, int capacity) {
    return new MeetingApi.CreateSlot(
        slot,
        teacherId,
        teacher.title(),
        start,
        teacher.minutes(),
        capacity,
        teacher.price(),
        teacher.person().timezone(),
        teacher.description(),
        teacher.subject(),
        teacher.language());
  }

  private boolean book(String slot, String student) {
    return isConfirmed(tryTo(BookingApi.BOOK, booking(slot, student)));
  }

  private static BookingApi.Book booking(String slot, String student) {
    return new BookingApi.Book(id("booking", slot, student), student, slot);
  }

  private static boolean isConfirmed(@Nullable BookingView booking) {
    return booking != null && booking.status().equals("confirmed");
  }

  private void join(String meeting, Caller caller) {
    tryTo(
        MeetingApi.JOIN,
        new MeetingApi.JoinMeeting(id("join", meeting, caller.userId()), caller, meeting));
  }

  private void advance(String step, Duration by) {
    if (by.isNegative()) {
      return;
    }
    String today = LocalDate.ofInstant(node.clock().now(), ZoneOffset.UTC).toString();
    String command = id("clock", step, today);
    for (int attempt = 1; ; attempt++) {
      try {
        node.bus()
            .ask(
                ScheduleApi.ADVANCE_CLOCK,
                new ScheduleApi.AdvanceClock(command, by.toMillis()),
                TIME_LIMIT)
            .await();
        return;
      } catch (RejectedException e) {
        // On a slow machine the work that became due takes longer; a repeated command continues.
        if (!e.failure().code().equals(ScheduleApi.STILL_WORKING.code()) || attempt == MOST_WAITS) {
          throw e;
        }
      }
    }
  }

  private <Q, A> A ask(Operation<Q, A> operation, Q request) {
    return node.bus().ask(operation, request, PATIENCE).await();
  }

  /** Returns null if the command is rejected, for example because an earlier call gave it. */
  private <Q, A> @Nullable A tryTo(Operation<Q, A> operation, Q request) {
    return this.<Q, A>attempt(operation, request).await();
  }

  /** Like {@link #tryTo}, without waiting. */
  private <Q, A> Future<@Nullable A> attempt(Operation<Q, A> operation, Q request) {
    return node.bus()
        .ask(operation, request, PATIENCE)
        .recover(
            e ->
                e instanceof RejectedException rejected && rejected.failure().status() < 500
                    ? Future.succeededFuture()
                    : Future.failedFuture(e));
  }

  private static String id(String... parts) {
    List<String> all = new ArrayList<>(List.of(NAME));
    all.addAll(List.of(parts));
    return Ids.derived(all.toArray(String[]::new));
  }
}
