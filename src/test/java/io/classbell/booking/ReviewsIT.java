package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.DecideReview;
import io.classbell.booking.api.MeetingApi.ListReviews;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.api.MeetingApi.Meetings;
import io.classbell.booking.api.MeetingApi.ReviewReason;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Settlement;
import io.classbell.booking.query.BookingQueries;
import io.classbell.booking.review.Reviews;
import io.classbell.booking.slot.Slots;
import io.classbell.booking.slot.Teachers;
import io.classbell.booking.store.ListStore;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class ReviewsIT {
  private static final Caller ADMIN = new Caller(Ids.next(), Caller.Role.admin);

  @Parameter TestDatabase database;
  private BookingWorld world;
  private Reviews reviews;
  private Meeting slot;
  private Booking one;
  private Booking two;

  @BeforeEach
  void start() {
    world = new BookingWorld(database);
    reviews = new Reviews(world.node, world.transaction);
    slot = world.slot(5, 2501);
    one = world.booked(slot);
    two = world.booked(slot);
    world.moveTo(BookingWorld.START.plus(Duration.ofHours(1)));
    world.settleDown();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void who_was_absent_is_told_to_the_teacher_and_admins_and_a_student_hears_of_no_other_student() {
    Caller student = new Caller(one.studentId(), Caller.Role.student);
    Caller teacher = new Caller(slot.teacherId(), Caller.Role.teacher);
    Meeting closed = world.meeting(slot);
    assertThat(closed.seenBy(teacher, false).reviewReasons()).isEqualTo(closed.reviewReasons());
    assertThat(closed.seenBy(ADMIN, false).reviewReasons())
        .extracting(ReviewReason::userId)
        .contains(one.studentId(), two.studentId());
    assertThat(closed.seenBy(student, true).reviewReasons())
        .extracting(ReviewReason::userId)
        .contains(one.studentId())
        .doesNotContain(two.studentId());
    BookingQueries reads =
        new BookingQueries(
            world.node,
            world.stores,
            new ListStore(),
            new Teachers(world.node.bus(), world.stores));
    BookingApi.BookingView seen = reads.booking(new BookingApi.BookingById(student, one.id()));
    assertThat(seen.meeting().reviewReasons())
        .isEqualTo(closed.seenBy(student, true).reviewReasons());
  }

  @Test
  void only_those_who_belonged_to_an_ended_class_read_what_happened_in_it() {
    decide("split", 30);
    for (Past past : Past.values()) {
      String student = past == Past.completed ? one.studentId() : Ids.next();
      Booking booking = past == Past.completed ? world.booking(one) : stored(student, past);
      Caller caller = new Caller(student, Caller.Role.student);
      Slots slots =
          new Slots(
              world.node,
              BookingDefaults.SETTINGS,
              world.stores,
              new ListStore(),
              new Teachers(world.node.bus(), world.stores));
      var query = new MeetingApi.MeetingById(caller, slot.id());
      if (past.seesMeeting) {
        assertThat(slots.meeting(query).reviewDecision() != null)
            .as("decision, %s", past)
            .isEqualTo(past == Past.completed);
      } else {
        assertThatThrownBy(() -> slots.meeting(query))
            .as("%s", past)
            .isInstanceOf(RejectedException.class);
      }
      if (booking != null) {
        assertShown(
            past,
            new BookingQueries(
                    world.node,
                    world.stores,
                    new ListStore(),
                    new Teachers(world.node.bus(), world.stores))
                .booking(new BookingApi.BookingById(caller, booking.id()))
                .meeting());
      }
    }
  }

  /** What a student's booking came to, and whether its student can still find the ended class. */
  private enum Past {
    none(false),
    pending(false),
    rejected(false),
    cancelled_unconfirmed(false),
    cancelled_by_student(true),
    completed(true);

    private final boolean seesMeeting;

    Past(boolean seesMeeting) {
      this.seesMeeting = seesMeeting;
    }
  }

  private @Nullable Booking stored(String student, Past past) {
    Booking made =
        Booking.pending(
            Ids.next(),
            student,
            slot,
            CancellationPolicy.frozen(BookingDefaults.SETTINGS),
            world.now());
    Booking row =
        switch (past) {
          case none, completed -> null;
          case pending -> made;
          case rejected -> made.rejected("insufficient_credits", Booking.Money.none);
          case cancelled_unconfirmed -> made.cancelled("student", null, null);
          case cancelled_by_student ->
              made.confirmed()
                  .cancelled(
                      "student",
                      null,
                      new Settlement(2501, 0, 0, "refund", "student_cancelled_early", student));
        };
    if (row != null) {
      world
          .node
          .database()
          .inTransaction(
              tx -> {
                world.participants.insert(tx, List.of(row), world.now());
                return row;
              });
    }
    return row;
  }

  private static void assertShown(Past past, MeetingView meeting) {
    if (past == Past.completed) {
      assertThat(meeting.reviewDecision().note()).isEqualTo("They were ill.");
      assertThat(meeting.reviewReasons()).isNotEmpty();
      assertThat(meeting.seatsTaken()).isEqualTo(2);
      return;
    }
    assertThat(meeting.reviewDecision()).as("decision, %s", past).isNull();
    assertThat(meeting.reviewReasons()).as("reasons, %s", past).isEmpty();
    assertThat(meeting.seatsTaken()).as("seats, %s", past).isZero();
    assertThat(meeting.openedAt()).as("%s", past).isNull();
    assertThat(meeting.closedAt()).as("%s", past).isNull();
    assertThat(meeting.status()).isEqualTo("closed");
  }

  @Test
  void refunding_the_students_gives_all_back() {
    decide("refund_students", null);
    assertThat(world.booking(one).settlement())
        .isEqualTo(
            new Settlement(2501, 0, 0, "settlement", "review_refund_students", ADMIN.userId()));
  }

  @Test
  void paying_the_teacher_takes_the_fee() {
    decide("pay_teacher", null);
    assertThat(world.booking(one).settlement())
        .isEqualTo(
            new Settlement(0, 2251, 250, "settlement", "review_pay_teacher", ADMIN.userId()));
  }

  @Test
  void any_ratio_splits_exactly_and_both_sides_are_told() {
    MeetingView decided = decide("split", 30);
    assertThat(decided.requiresManualReview()).isFalse();
    assertThat(decided.reviewDecision().note()).isEqualTo("They were ill.");
    for (Booking booking : List.of(one, two)) {
      Booking settling = world.booking(booking);
      assertThat(settling.money()).isEqualTo(Booking.Money.settling);
      assertThat(settling.settlement())
          .isEqualTo(new Settlement(750, 1576, 175, "settlement", "review_split", ADMIN.userId()));
    }
    assertThat(world.resumed()).containsExactlyInAnyOrder(one.id(), two.id());
    List<Fact> told = world.told().stream().filter(f -> f.kind() == Kind.review_decided).toList();
    assertThat(told.stream().map(Fact::userId))
        .containsExactlyInAnyOrder(one.studentId(), two.studentId(), slot.teacherId());
    assertThat(told).allMatch(f -> f.data().get("note").equals("They were ill."));
  }

  @Test
  void the_same_decision_again_is_the_first_and_another_is_refused() {
    MeetingView first = decide("split", 30);
    // The first answer has the version that was read, which the decision raised.
    assertThat(decide("split", 30))
        .usingRecursiveComparison()
        .ignoringFields("version")
        .isEqualTo(first);
    assertThat(world.resumed()).hasSize(2);
    refused("split", 31, "note", 409, "not_in_review");
    refused("refund_students", null, "note", 409, "not_in_review");
  }

  @Test
  void the_time_that_would_release_it_passes_without_effect() {
    world.moveTo(BookingWorld.START.plus(Duration.ofDays(5)));
    world.deliver(
        List.of(
            new io.classbell.platform.bus.Task.Due<>(
                Ids.next(), world.now(), 1, new MeetingApi.Milestone(slot.id(), "release", null))));
    assertThat(world.booking(one).money()).isEqualTo(Booking.Money.held);
  }

  @Test
  void bad_decisions_are_refused_by_their_field() {
    refused("split", null, "note", 422, "invalid");
    refused("split", 101, "note", 422, "invalid");
    refused("split", -1, "note", 422, "invalid");
    refused("pay_teacher", 20, "note", 422, "invalid");
    refused("keep_it", null, "note", 422, "invalid");
    refused("pay_teacher", null, " ", 422, "invalid");
    assertThat(world.booking(one).money()).isEqualTo(Booking.Money.held);
  }

  @Test
  void a_meeting_that_is_not_in_review_cannot_be_decided_and_only_admins_decide() {
    Meeting other = world.slot(Ids.next(), BookingWorld.START.plus(Duration.ofDays(3)), 1, 100);
    DecideReview command =
        new DecideReview(Ids.next(), ADMIN, other.id(), "pay_teacher", null, "note");
    assertThatThrownBy(() -> reviews.decide(command))
        .isInstanceOfSatisfying(
            RejectedException.class,
            r -> assertThat(r.failure().code()).isEqualTo("not_in_review"));
    DecideReview notAdmin =
        new DecideReview(
            Ids.next(),
            new Caller(slot.teacherId(), Caller.Role.teacher),
            slot.id(),
            "pay_teacher",
            null,
            "note");
    assertThatThrownBy(() -> reviews.decide(notAdmin))
        .isInstanceOfSatisfying(
            RejectedException.class, r -> assertThat(r.failure().status()).isEqualTo(404));
  }

  @Test
  void the_list_pages_through_what_waits_oldest_first() {
    List<String> ids = new ArrayList<>(List.of(slot.id()));
    for (int i = 0; i < 4; i++) {
      Meeting next = world.slot(Ids.next(), world.now().plus(Duration.ofMinutes(1)), 1, 100);
      world.booked(next);
      ids.add(next.id());
    }
    world.moveTo(world.now().plus(Duration.ofHours(2)));
    world.settleDown();
    List<String> listed = new ArrayList<>();
    String cursor = null;
    do {
      Meetings page = reviews.list(new ListReviews(cursor, 2));
      assertThat(page.items())
          .hasSizeLessThanOrEqualTo(2)
          .allMatch(MeetingView::requiresManualReview);
      page.items().forEach(m -> listed.add(m.id()));
      cursor = page.nextCursor();
    } while (cursor != null);
    assertThat(listed).isEqualTo(ids);
    decide("pay_teacher", null);
    assertThat(reviews.list(new ListReviews(null, 100)).items()).hasSize(4);
  }

  private MeetingView decide(String decision, @Nullable Integer percent) {
    return reviews.decide(
        new DecideReview(Ids.next(), ADMIN, slot.id(), decision, percent, "They were ill."));
  }

  private void refused(
      String decision, @Nullable Integer percent, String note, int status, String code) {
    assertThatThrownBy(
            () ->
                reviews.decide(
                    new DecideReview(Ids.next(), ADMIN, slot.id(), decision, percent, note)))
        .isInstanceOfSatisfying(
            RejectedException.class,
            r -> {
              assertThat(r.failure().status()).isEqualTo(status);
              assertThat(r.failure().code()).isEqualTo(code);
            });
  }
}
