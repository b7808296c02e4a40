package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.booking.api.EvidenceApi.Entry;
import io.classbell.booking.api.EvidenceApi.EvidenceOf;
import io.classbell.booking.api.EvidenceApi.EvidencePage;
import io.classbell.booking.api.MeetingApi.DecideReview;
import io.classbell.booking.api.MeetingApi.JoinMeeting;
import io.classbell.booking.attendance.Classroom;
import io.classbell.booking.decision.BookingCommand;
import io.classbell.booking.evidence.EvidenceQueries;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.review.Reviews;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.store.NoticeStore;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Trace;
import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/**
 * The timeline of a class: what is in it, who sees which part, and that pages leave nothing out.
 */
@OnBothDatabases
class EvidenceIT {
  private static final Caller ADMIN = new Caller(Ids.next(), Caller.Role.admin);

  static {
    Trace.register();
  }

  @Parameter TestDatabase database;
  private BookingWorld world;
  private Classroom classroom;
  private EvidenceQueries evidence;
  private Meeting slot;
  private Booking here;
  private Booking away;
  private Booking left;

  @BeforeEach
  void a_class_takes_place() {
    world = new BookingWorld(database);
    classroom = new Classroom(world.node, BookingDefaults.SETTINGS, world.stores);
    evidence = new EvidenceQueries(world.node, world.stores);
    serveNotices();
    slot = world.slot(5, 2500);
    here = world.booked(slot);
    away = world.booked(slot);
    left = world.booked(slot);
    cancel(left);
    // Half a minute more than full minutes, so that a slow machine measures the same.
    world.moveTo(BookingWorld.START.minus(Duration.ofSeconds(630)));
    world.settleDown();
    enter(slot.teacherId(), true);
    enter(here.studentId(), true);
    enter(here.studentId(), true);
    world.moveTo(BookingWorld.START.plus(Duration.ofMinutes(9)));
    enter(here.studentId(), false);
    enter(here.studentId(), false);
    world.moveTo(BookingWorld.START.plus(Duration.ofHours(1)));
    world.settleDown();
    new Reviews(world.node, world.transaction)
        .decide(new DecideReview(Ids.next(), ADMIN, slot.id(), "split", 30, "They were ill."));
  }

  /** As the notification module does, on a virtual thread. */
  private void serveNotices() {
    NoticeStore notices = new NoticeStore();
    VerticleBase inbox =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            return world
                .node
                .bus()
                .serve(
                    NotificationApi.NOTICES,
                    q -> new NotificationApi.Notices(notices.list(world.read(), q)));
          }
        };
    world
        .vertx
        .deployVerticle(
            inbox, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .await();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void an_admin_reads_everything_that_happened_once_and_in_order() {
    assertThat(told(everything(ADMIN)))
        .containsExactly(
            "cancelled " + left.studentId(),
            "opened",
            "joined " + slot.teacherId(),
            "joined " + here.studentId(),
            "left " + here.studentId() + " 19",
            "closed",
            "left " + slot.teacherId() + " 70 platform",
            "decided admin");
    Entry decided = everything(ADMIN).getLast();
    assertThat(decided.text()).isEqualTo("They were ill.");
    assertThat(decided.decision()).isEqualTo("split");
    assertThat(decided.studentPercent()).isEqualTo(30);
  }

  @Test
  void a_student_reads_the_class_the_teachers_presence_and_the_own_part_alone() {
    assertThat(told(everything(student(away))))
        .containsExactly(
            "opened",
            "joined " + slot.teacherId(),
            "closed",
            "left " + slot.teacherId() + " 70 platform",
            "decided admin");
    assertThat(told(everything(student(left)))).containsExactly("cancelled " + left.studentId());
  }

  @Test
  void strangers_and_those_whose_booking_was_never_confirmed_find_nothing() {
    Booking pending = world.pending(world.slot(1, 100));
    for (Caller stranger :
        List.of(
            new Caller(Ids.next(), Caller.Role.student),
            new Caller(Ids.next(), Caller.Role.teacher),
            student(pending))) {
      assertThatThrownBy(() -> page(stranger, null, 10))
          .isInstanceOfSatisfying(
              RejectedException.class, e -> assertThat(e.failure().status()).isEqualTo(404));
    }
    assertThatThrownBy(
            () -> evidence.page(new EvidenceOf(student(pending), pending.meetingId(), null, 10)))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void notices_are_merged_by_time_and_everybody_sees_their_own_part_of_them() {
    Instant at = BookingWorld.START;
    notice("meeting_opened", here.studentId(), at, at.plusSeconds(30));
    notice("refund_issued", here.studentId(), at.plusSeconds(1), null);
    notice("meeting_opened", away.studentId(), at, at.plusSeconds(40));
    notice("booking_confirmed", slot.teacherId(), at, at.plusSeconds(50));
    assertThat(notices(ADMIN))
        .containsExactlyInAnyOrder(
            "told meeting_opened " + here.studentId(),
            "read meeting_opened " + here.studentId(),
            "told refund_issued " + here.studentId(),
            "told meeting_opened " + away.studentId(),
            "read meeting_opened " + away.studentId(),
            "told booking_confirmed " + slot.teacherId(),
            "read booking_confirmed " + slot.teacherId());
    assertThat(notices(new Caller(slot.teacherId(), Caller.Role.teacher)))
        .containsExactlyInAnyOrder(
            "told meeting_opened " + here.studentId(),
            "told meeting_opened " + away.studentId(),
            "told booking_confirmed " + slot.teacherId(),
            "read booking_confirmed " + slot.teacherId());
    assertThat(notices(student(here)))
        .containsExactly(
            "told meeting_opened " + here.studentId(),
            "told refund_issued " + here.studentId(),
            "read meeting_opened " + here.studentId());
    List<Instant> times = everything(ADMIN).stream().map(Entry::at).toList();
    assertThat(times).isSorted();
  }

  @Test
  void pages_of_any_size_have_every_entry_once_where_many_have_the_same_time() {
    Meeting big = world.slot(Ids.next(), world.now().plus(Duration.ofDays(1)), 40, 0);
    world.fill(big);
    List<Booking> seats = List.copyOf(world.liveOf(big));
    world.moveTo(big.startsAt());
    world.settleDown();
    seats.forEach(seat -> classroom.join(new JoinMeeting(Ids.next(), student(seat), big.id())));
    for (Booking seat : seats) {
      insertNotice("meeting_opened", seat.studentId(), big.id(), big.startsAt(), big.startsAt());
    }
    for (int size : new int[] {1, 7, 40, 100}) {
      List<Entry> all = new ArrayList<>();
      String cursor = null;
      do {
        EvidencePage page = evidence.page(new EvidenceOf(ADMIN, big.id(), cursor, size));
        assertThat(page.items()).hasSizeLessThanOrEqualTo(size);
        all.addAll(page.items());
        cursor = page.nextCursor();
      } while (cursor != null);
      assertThat(all).as("pages of %d", size).hasSize(1 + 3 * 40);
      assertThat(new HashSet<>(all)).hasSize(all.size());
      assertThat(all.stream().map(Entry::at)).isSorted();
    }
  }

  @Test
  void a_cursor_that_no_page_gave_is_refused() {
    for (String cursor : List.of("x", "MTk", "!!", "MTkzMDAwMDAwMDAwMF8wXzAxOTcwMDAw")) {
      assertThatThrownBy(() -> page(ADMIN, cursor, 10))
          .isInstanceOfSatisfying(
              RejectedException.class, e -> assertThat(e.failure().status()).isEqualTo(422));
    }
  }

  // ------------------------------------------------------------------ helpers

  private void cancel(Booking booking) {
    world
        .node
        .database()
        .inTransaction(
            tx ->
                world.transaction.run(
                    tx, new BookingCommand.Cancel(booking.id(), booking.studentId(), null)));
  }

  private void enter(String userId, boolean joins) {
    JoinMeeting command =
        new JoinMeeting(Ids.next(), new Caller(userId, Caller.Role.student), slot.id());
    if (joins) {
      classroom.join(command);
    } else {
      classroom.leave(command);
    }
  }

  private void notice(String kind, String userId, Instant at, @Nullable Instant readAt) {
    insertNotice(kind, userId, slot.id(), at, readAt);
  }

  private void insertNotice(
      String kind, String userId, String meetingId, Instant at, @Nullable Instant readAt) {
    String id = Ids.next();
    world
        .node
        .database()
        .inTransaction(
            tx -> {
              tx.write(
                  "INSERT INTO notification (user_id, seq, id, kind, cause, title, text, data,"
                      + " created_at, read_at, meeting_id) VALUES (?,?,?,?,?,'','','{}',?,?,?)",
                  userId,
                  (long) id.hashCode() & 0xffffffffL,
                  id,
                  kind,
                  kind + ":" + id,
                  at,
                  readAt,
                  meetingId);
              return id;
            });
  }

  private EvidencePage page(Caller caller, @Nullable String cursor, int limit) {
    return evidence.page(new EvidenceOf(caller, slot.id(), cursor, limit));
  }

  private List<Entry> everything(Caller caller) {
    List<Entry> all = new ArrayList<>();
    String cursor = null;
    do {
      EvidencePage page = page(caller, cursor, 3);
      all.addAll(page.items());
      cursor = page.nextCursor();
    } while (cursor != null);
    return all;
  }

  /** What happened, without the notices. */
  private static List<String> told(List<Entry> entries) {
    return entries.stream()
        .filter(e -> e.notice() == null)
        .map(
            e ->
                e.kind()
                    + (e.userId() == null ? "" : " " + e.userId())
                    + (e.minutes() == null ? "" : " " + e.minutes())
                    + (e.actor() == null || e.actor().equals("student") ? "" : " " + e.actor()))
        .toList();
  }

  private List<String> notices(Caller caller) {
    return everything(caller).stream()
        .filter(e -> e.notice() != null)
        .map(e -> e.kind() + " " + e.notice() + " " + e.userId())
        .toList();
  }

  private static Caller student(Booking booking) {
    return new Caller(booking.studentId(), Caller.Role.student);
  }
}
