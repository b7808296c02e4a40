package io.classbell.booking;

import static io.classbell.booking.SagaWorld.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.BookingApi.BookingsOf;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.CreateSlot;
import io.classbell.booking.api.MeetingApi.MeetingById;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.api.MeetingApi.Meetings;
import io.classbell.booking.api.MeetingApi.SearchSlots;
import io.classbell.booking.api.MeetingApi.TeacherSlots;
import io.classbell.booking.store.ListCursor;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Slots as teachers offer and people find them; bookings as they are listed. */
@OnBothDatabases
final class SlotsIT {
  @Parameter TestDatabase database;
  private SagaWorld world;

  @BeforeEach
  void open() {
    world = new SagaWorld(database);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void a_slot_is_what_was_asked_for_and_waits_for_its_reminders_and_its_opening() {
    Instant startsAt = SagaWorld.NOW.plus(Duration.ofHours(48)).plusMillis(123);
    var command =
        new CreateSlot(
            Ids.next(),
            world.teacher,
            "Größe & <b>",
            startsAt.plusNanos(999),
            45,
            3,
            0,
            "Europe/Berlin");

    MeetingView slot = world.ask(MeetingApi.CREATE_SLOT, command).await();

    assertThat(slot.id()).isEqualTo(command.commandId());
    assertThat(slot.title()).isEqualTo("Größe & <b>");
    assertThat(slot.startsAt()).isEqualTo(startsAt);
    assertThat(slot.status()).isEqualTo("scheduled");
    assertThat(world.meeting(slot)).isEqualTo(slot);
    assertThat(world.ask(MeetingApi.CREATE_SLOT, command).await()).isEqualTo(slot);
    assertThat(world.rows("SELECT dedup_key FROM scheduled_message ORDER BY due_at"))
        .containsExactly(
            "milestone:" + slot.id() + ":reminder:PT24H",
            "milestone:" + slot.id() + ":reminder:PT1H",
            "milestone:" + slot.id() + ":open");
  }

  @Test
  void a_command_that_made_another_slot_is_refused() {
    MeetingView slot = world.slot(48, 3, 100);
    var reused =
        new CreateSlot(
            slot.id(), world.teacher, "Other", slot.startsAt(), 60, 3, 100, "Europe/Berlin");
    assertThat(refusal(world.ask(MeetingApi.CREATE_SLOT, reused)))
        .isEqualTo("idempotency_key_reused");
  }

  @Test
  void a_teachers_slots_do_not_overlap_even_when_they_are_made_at_once() {
    Instant startsAt = SagaWorld.NOW.plus(Duration.ofHours(48));
    List<Future<MeetingView>> answers =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    world.ask(
                        MeetingApi.CREATE_SLOT,
                        new CreateSlot(
                            Ids.next(),
                            world.teacher,
                            "Algebra",
                            startsAt.plus(Duration.ofMinutes(i)),
                            60,
                            3,
                            100,
                            null)))
            .toList();

    long made = answers.stream().filter(a -> outcome(a).equals("scheduled")).count();

    assertThat(made).isEqualTo(1);
    assertThat(world.slot(49 + 1, 1, 0).status()).isEqualTo("scheduled");
    MeetingView first = found(null, null, null, 10).items().getFirst();
    world.cancelMeeting(first).await();
    assertThat(world.slot(48, 1, 0).status()).isEqualTo("scheduled");
  }

  @Test
  void search_walks_by_start_through_what_can_be_booked() {
    List<MeetingView> slots = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      slots.add(world.slot(Ids.next(), 48, 1, 100));
    }
    MeetingView full = slots.get(3);
    world.book(world.student(100), full).await();
    world.cancelMeeting(slots.get(5)).await();
    MeetingView later = world.slot(60, 1, 100);

    List<String> seen = new ArrayList<>();
    String cursor = null;
    do {
      Meetings page = found(null, null, cursor, 3);
      page.items().forEach(m -> seen.add(m.id()));
      cursor = page.nextCursor();
    } while (cursor != null);

    List<String> expected =
        new ArrayList<>(
            slots.stream()
                .map(MeetingView::id)
                .filter(id -> !id.equals(slots.get(5).id()))
                .sorted()
                .toList());
    expected.add(later.id());
    assertThat(seen).isEqualTo(expected);
    assertThat(found(later.teacherId(), null, null, 10).items())
        .extracting(MeetingView::id)
        .containsExactly(later.id());
    assertThat(found(null, later.startsAt(), null, 10).items())
        .extracting(MeetingView::id)
        .containsExactly(later.id());
  }

  @Test
  void what_has_started_is_not_found_and_a_cursor_of_another_list_is_refused() {
    world.slot(1, 1, 100);
    MeetingView later = world.slot(4, 1, 100);
    world.node.clock().advance(Duration.ofHours(2));

    assertThat(found(null, SagaWorld.NOW, null, 10).items())
        .extracting(MeetingView::id)
        .containsExactly(later.id());
    assertThat(
            refusal(world.ask(MeetingApi.SEARCH_SLOTS, new SearchSlots(null, null, null, "x", 3))))
        .isEqualTo("invalid");
  }

  @Test
  void a_cursor_at_a_time_that_no_database_knows_is_refused_and_any_other_is_looked_for() {
    world.slot(4, 1, 100);
    String id = Ids.next();
    for (String at : List.of("+10000-01-01T00:00:00Z", "-0004-01-01T00:00:00Z")) {
      String cursor = new ListCursor(Instant.parse(at), id).text();
      assertThat(
              refusal(
                  world.ask(MeetingApi.SEARCH_SLOTS, new SearchSlots(null, null, null, cursor, 3))))
          .isEqualTo("invalid");
    }
    assertThat(
            found(null, null, new ListCursor(Instant.parse("1000-01-01T00:00:00Z"), id).text(), 3)
                .items())
        .hasSize(1);
    assertThat(
            found(
                    null,
                    null,
                    new ListCursor(Instant.parse("9999-12-31T23:59:59.999Z"), id).text(),
                    3)
                .items())
        .isEmpty();
  }

  @Test
  void a_teacher_sees_all_the_own_slots_whatever_became_of_them() {
    MeetingView one = world.slot(48, 1, 100);
    MeetingView two = world.slot(50, 1, 100);
    world.slot(Ids.next(), 50, 1, 100);
    world.cancelMeeting(one).await();

    Meetings all =
        world
            .ask(MeetingApi.TEACHER_SLOTS, new TeacherSlots(world.teacher, null, null, null, 10))
            .await();

    assertThat(all.items()).extracting(MeetingView::id).containsExactly(one.id(), two.id());
    assertThat(all.items())
        .extracting(MeetingView::status)
        .containsExactly("cancelled", "scheduled");
  }

  @Test
  void an_ended_meeting_is_seen_by_its_people_and_admins_only() {
    MeetingView slot = world.slot(48, 2, 100);
    BookingView booking = world.book(world.student(100), slot).await();
    Caller stranger = new Caller(Ids.next(), Caller.Role.student);
    assertThat(meeting(stranger, slot).await().id()).isEqualTo(slot.id());

    world.cancelMeeting(slot).await();

    assertThat(refusal(meeting(stranger, slot))).isEqualTo("not_found");
    assertThat(meeting(SagaWorld.student(booking), slot).await().status()).isEqualTo("cancelled");
    assertThat(meeting(new Caller(Ids.next(), Caller.Role.admin), slot).await().cancelReason())
        .isEqualTo("storm");
  }

  @Test
  void slots_of_a_disabled_teacher_are_found_by_nobody_and_cannot_be_booked() {
    Set<String> disabled = ConcurrentHashMap.newKeySet();
    world.serveTeachers(disabled);
    List<MeetingView> gone = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      gone.add(world.slot(24 + 2 * i, 2, 100));
    }
    MeetingView first = world.slot(Ids.next(), 23, 2, 100);
    MeetingView later = world.slot(Ids.next(), 48, 2, 100);
    BookingView booking = world.book(world.student(100), gone.getFirst()).await();
    Caller stranger = new Caller(Ids.next(), Caller.Role.student);
    assertThat(meeting(stranger, gone.getFirst()).await().id()).isEqualTo(gone.getFirst().id());
    assertThat(found(null, null, null, 10).items()).hasSize(7);

    disabled.add(world.teacher);
    world.changed(world.teacher);

    TestNode.until(
        "search leaves the slots out", () -> found(null, null, null, 10).items().size() == 2);
    Meetings page = found(null, null, null, 2);
    assertThat(page.items()).extracting(MeetingView::id).containsExactly(first.id(), later.id());
    assertThat(page.nextCursor()).isNull();
    assertThat(found(null, null, null, 1).items())
        .extracting(MeetingView::id)
        .containsExactly(first.id());
    assertThat(found(world.teacher, null, null, 10).items()).isEmpty();
    String student = world.student(100);
    assertThat(refusal(world.book(student, gone.getFirst()))).isEqualTo("slot_not_bookable");
    assertThat(world.balance(student)).isEqualTo(100);
    assertThat(refusal(meeting(stranger, gone.getFirst()))).isEqualTo("not_found");
    Caller holder = SagaWorld.student(booking);
    assertThat(meeting(holder, gone.getFirst()).await().seatsTaken()).isEqualTo(1);
    assertThat(refusal(meeting(holder, gone.getLast()))).isEqualTo("not_found");
    assertThat(meeting(SagaWorld.teacher(first), first).await().id()).isEqualTo(first.id());
    assertThat(meeting(new Caller(Ids.next(), Caller.Role.admin), gone.getLast()).await().id())
        .isEqualTo(gone.getLast().id());
    assertThat(world.booking(booking).status()).isEqualTo("confirmed");

    disabled.clear();
    world.changed(world.teacher);

    TestNode.until("the slots are back", () -> found(null, null, null, 10).items().size() == 7);
    assertThat(world.book(student, gone.getFirst()).await().status()).isEqualTo("confirmed");
  }

  @Test
  void a_booking_that_was_made_before_its_teacher_was_disabled_is_answered_again() {
    Set<String> disabled = ConcurrentHashMap.newKeySet();
    world.serveTeachers(disabled);
    MeetingView slot = world.slot(24, 2, 100);
    var command = new BookingApi.Book(Ids.next(), world.student(100), slot.id());
    BookingView made = world.ask(BookingApi.BOOK, command).await();

    disabled.add(world.teacher);
    world.changed(world.teacher);
    String other = world.student(100);
    TestNode.until("the slot is gone", () -> found(null, null, null, 10).items().isEmpty());

    assertThat(world.ask(BookingApi.BOOK, command).await())
        .usingRecursiveComparison()
        .ignoringFields("meeting.version")
        .isEqualTo(made);
    assertThat(refusal(world.book(other, slot))).isEqualTo("slot_not_bookable");
    assertThat(world.cancel(made).await().status()).isEqualTo("cancelled");
  }

  @Test
  void bookings_are_listed_newest_first_to_their_student_and_their_teacher() {
    String student = world.student(10_000);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.addFirst(world.book(student, world.slot(48 + 2 * i, 2, 100)).await().id());
      world.node.clock().advance(Duration.ofMillis(5));
    }
    world.book(world.student(100), world.slot(Ids.next(), 80, 2, 100)).await();
    world.cancel(world.booking(ids.get(1))).await();

    Caller asStudent = new Caller(student, Caller.Role.student);
    Caller asTeacher = new Caller(world.teacher, Caller.Role.teacher);
    assertThat(pages(asStudent, null)).isEqualTo(ids);
    assertThat(pages(asTeacher, null)).isEqualTo(ids);
    assertThat(pages(asStudent, "cancelled")).containsExactly(ids.get(1));
    assertThat(pages(new Caller(Ids.next(), Caller.Role.student), null)).isEmpty();
  }

  private List<String> pages(Caller caller, @Nullable String status) {
    List<String> seen = new ArrayList<>();
    String cursor = null;
    do {
      var page =
          world
              .ask(BookingApi.BOOKINGS, new BookingsOf(caller, status, cursor, 2, null, null, null))
              .await();
      page.items().forEach(b -> seen.add(b.id()));
      cursor = page.nextCursor();
    } while (cursor != null);
    return seen;
  }

  private Future<MeetingView> meeting(Caller caller, MeetingView slot) {
    return world.ask(MeetingApi.MEETING, new MeetingById(caller, slot.id()));
  }

  private Meetings found(
      @Nullable String teacherId, @Nullable Instant from, @Nullable String cursor, int limit) {
    return world
        .ask(MeetingApi.SEARCH_SLOTS, new SearchSlots(teacherId, from, null, cursor, limit))
        .await();
  }

  private static String outcome(Future<MeetingView> answer) {
    try {
      return answer.await().status();
    } catch (RejectedException refused) {
      return refused.failure().code();
    }
  }
}
