package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.BookingApi.Bookings;
import io.classbell.booking.api.BookingApi.BookingsOf;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.testing.OnBothDatabases;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who sees which bookings, newest first, page by page. */
@OnBothDatabases
final class BookingListIT extends SagaSuite {
  private final Caller admin = new Caller(Ids.next(), Caller.Role.admin);
  private final List<BookingView> made = new ArrayList<>();
  private MeetingView first;
  private MeetingView second;

  @BeforeEach
  void book() {
    first = world.slot(48, 5, 100);
    second = world.slot(Ids.next(), 60, 5, 100);
    for (int i = 0; i < 2; i++) {
      String student = world.student(1000);
      made.addFirst(world.book(student, first).await());
      made.addFirst(world.book(student, second).await());
    }
  }

  @Test
  void an_admin_sees_all_bookings_page_by_page() {
    List<String> seen = new ArrayList<>();
    String cursor = null;
    do {
      Bookings page = list(admin, cursor, 3, null, null, null);
      page.items().forEach(b -> seen.add(b.id()));
      cursor = page.nextCursor();
    } while (cursor != null);

    assertThat(seen).containsExactlyElementsOf(ids(made));
  }

  @Test
  void an_admin_narrows_them_by_student_teacher_and_meeting() {
    String student = made.getFirst().studentId();
    assertThat(ids(list(admin, null, 9, student, null, null)))
        .containsExactly(made.get(0).id(), made.get(1).id());
    assertThat(ids(list(admin, null, 9, null, world.teacher, null)))
        .containsExactly(made.get(1).id(), made.get(3).id());
    assertThat(ids(list(admin, null, 9, null, null, second.id())))
        .containsExactly(made.get(0).id(), made.get(2).id());
    assertThat(ids(list(admin, null, 9, student, null, second.id())))
        .containsExactly(made.get(0).id());
    Bookings half = list(admin, null, 1, null, null, second.id());
    assertThat(ids(list(admin, half.nextCursor(), 1, null, null, second.id())))
        .containsExactly(made.get(2).id());
  }

  @Test
  void students_and_teachers_see_their_own_whatever_they_ask_for() {
    Caller student = SagaWorld.student(made.getFirst());
    Caller teacher = SagaWorld.teacher(first);
    assertThat(ids(list(student, null, 9, null, null, null)))
        .containsExactly(made.get(0).id(), made.get(1).id());
    assertThat(ids(list(student, null, 9, made.getLast().studentId(), null, null))).isEmpty();
    assertThat(ids(list(teacher, null, 9, null, null, null)))
        .containsExactly(made.get(1).id(), made.get(3).id());
    assertThat(ids(list(teacher, null, 9, null, second.teacherId(), null))).isEmpty();
  }

  @Test
  void rejected_bookings_are_shown_to_their_student_on_request_and_to_teachers_never() {
    String poor = world.student(99);
    Caller student = new Caller(poor, Caller.Role.student);
    Caller teacher = SagaWorld.teacher(first);
    for (int i = 0; i < 3; i++) {
      assertThat(outcome(world.book(poor, first))).isEqualTo("insufficient_credits");
    }

    assertThat(list(student, null, 9, null, null, null).items()).isEmpty();
    Bookings rejected = list(student, "rejected");
    assertThat(rejected.items()).hasSize(1);
    assertThat(list(teacher, null, 9, null, null, null).items())
        .extracting(BookingView::status)
        .containsExactly("confirmed", "confirmed");
    assertThat(list(teacher, "rejected").items()).isEmpty();
    assertThat(list(admin, "rejected").items()).hasSize(1);
    var byId = new BookingApi.BookingById(teacher, rejected.items().getFirst().id());
    assertThat(SagaWorld.refusal(world.ask(BookingApi.BOOKING, byId))).isEqualTo("not_found");
  }

  private Bookings list(Caller caller, String status) {
    return world
        .ask(BookingApi.BOOKINGS, new BookingsOf(caller, status, null, 9, null, null, null))
        .await();
  }

  private Bookings list(
      Caller caller,
      @Nullable String cursor,
      int limit,
      @Nullable String studentId,
      @Nullable String teacherId,
      @Nullable String meetingId) {
    return world
        .ask(
            BookingApi.BOOKINGS,
            new BookingsOf(caller, null, cursor, limit, studentId, teacherId, meetingId))
        .await();
  }

  private static List<String> ids(Bookings page) {
    return ids(page.items());
  }

  private static List<String> ids(List<BookingView> bookings) {
    return bookings.stream().map(BookingView::id).toList();
  }
}
