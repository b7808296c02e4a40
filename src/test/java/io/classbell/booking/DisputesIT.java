package io.classbell.booking;

import static io.classbell.booking.SagaWorld.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.DisputeApi;
import io.classbell.booking.api.DisputeApi.CaseView;
import io.classbell.booking.api.DisputeApi.DisputeView;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.JoinMeeting;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.api.StandingApi;
import io.classbell.booking.api.StandingApi.Standing;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.testing.OnBothDatabases;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Disputes from opening to posting, with the wallet, time and other nodes. */
@OnBothDatabases
final class DisputesIT extends SagaSuite {
  private static final Caller ADMIN = new Caller(Ids.next(), Caller.Role.admin);
  private static final long PRICE = 2_501;

  private MeetingView slot;
  private BookingView booking;
  private Caller student;
  private Caller teacher;

  /** Teacher and student were there, so the class waits for nothing but the dispute window. */
  @BeforeEach
  void a_class_was_held() {
    slot = world.slot(48, 3, PRICE);
    booking = world.book(world.student(PRICE), slot).await();
    student = SagaWorld.student(booking);
    teacher = SagaWorld.teacher(slot);
    world.live(slot.startsAt());
    join(teacher);
    join(student);
    world.live(end().plusSeconds(1));
  }

  // ------------------------------------------------------------------ ways to an end

  @Test
  void a_proposal_that_is_accepted_is_posted_at_once_and_released_never_again() {
    DisputeView opened = open(student, 50).await();
    assertThat(opened.status()).isEqualTo("open");
    assertThat(opened.split().student()).isEqualTo(1_251);
    DisputeView settled = accept(teacher, opened).await();
    assertThat(settled.status()).isEqualTo("settled");
    assertThat(Objects.requireNonNull(settled.outcome()).how()).isEqualTo("accepted");
    assertThat(settled.outcome().split().posted()).isTrue();
    assertMoney(1_251, 1_125);
    assertThat(accept(teacher, opened).await().id()).isEqualTo(opened.id());
    afterWindow();
    assertMoney(1_251, 1_125);
    assertThat(kinds(student.userId())).contains(Kind.dispute_opened, Kind.dispute_decided);
    assertThat(kinds(teacher.userId())).contains(Kind.dispute_opened, Kind.dispute_decided);
    world.assertSound();
  }

  @Test
  void the_money_stays_in_escrow_when_the_window_passes_until_an_admin_decides_once() {
    DisputeView opened = open(student, 100).await();
    afterWindow();
    assertThat(world.escrow(slot)).isEqualTo(PRICE);
    DisputeView answered = answer(teacher, opened, 0).await();
    assertThat(answered.status()).isEqualTo("answered");
    assertThat(kinds("admins")).contains(Kind.dispute_answered);
    DisputeView decided = decide(opened, 33).await();
    assertThat(decided.status()).isEqualTo("decided");
    assertMoney(825, 1_509);
    assertThat(decide(opened, 33).await().outcome()).isEqualTo(decided.outcome());
    assertThat(refusal(decide(opened, 34))).isEqualTo("dispute_closed");
    assertThat(refusal(accept(student, opened))).isEqualTo("dispute_closed");
    assertThat(refusal(answer(teacher, opened, 1))).isEqualTo("dispute_closed");
    assertMoney(825, 1_509);
    world.assertSound();
  }

  @Test
  void equal_proposals_settle() {
    DisputeView opened = open(teacher, 20).await();
    DisputeView settled = answer(student, opened, 20).await();
    assertThat(settled.status()).isEqualTo("settled");
    assertThat(Objects.requireNonNull(settled.outcome()).how()).isEqualTo("agreed");
    assertMoney(500, 1_801);
    world.assertSound();
  }

  @Test
  void the_one_who_opened_it_can_accept_the_answers_proposal() {
    DisputeView opened = open(student, 100).await();
    answer(teacher, opened, 40).await();
    accept(student, opened).await();
    assertMoney(1_000, 1_351);
    world.assertSound();
  }

  @Test
  void no_answer_in_time_sends_it_to_an_admin_by_the_platforms_clock() {
    DisputeView opened = open(student, 100).await();
    world.live(opened.answerUntil().minusSeconds(60));
    world.answersDue();
    assertThat(get(student).status()).isEqualTo("open");
    world.live(opened.answerUntil().plusSeconds(1));
    world.answersDue();
    assertThat(get(student).status()).isEqualTo("escalated");
    assertThat(kinds("admins")).contains(Kind.dispute_opened);
    assertThat(
            world
                .facts()
                .filter(f -> "unanswered".equals(f.data().get("outcome")))
                .map(f -> f.userId()))
        .containsExactlyInAnyOrder(student.userId(), teacher.userId());
    assertThat(world.escrow(slot)).isEqualTo(PRICE);
    decide(opened, 100).await();
    assertMoney(PRICE, 0);
    world.assertSound();
  }

  @Test
  void an_answer_in_time_leaves_nothing_for_the_deadline() {
    DisputeView opened = open(student, 100).await();
    answer(teacher, opened, null).await();
    world.live(opened.answerUntil().plusSeconds(1));
    world.answersDue();
    assertThat(get(student).status()).isEqualTo("answered");
    assertThat(refusal(accept(student, opened))).isEqualTo("not_your_turn");
    assertThat(get(teacher).canAccept()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 25", "2, 50", "50, 1251", "99, 2476", "100, 2501"})
  void parts_are_exact_and_round_in_the_students_favour(int percent, long back) {
    DisputeView opened = open(student, 100).await();
    decide(opened, percent).await();
    assertThat(world.balance(student.userId())).isEqualTo(back);
    assertThat(world.escrow(slot)).isZero();
    world.assertSound();
  }

  // ------------------------------------------------------------------ refusals

  @Test
  void strangers_find_neither_booking_nor_dispute() {
    Caller other = new Caller(Ids.next(), Caller.Role.student);
    Caller otherTeacher = new Caller(Ids.next(), Caller.Role.teacher);
    DisputeView opened = open(student, 50).await();
    for (Caller stranger : List.of(other, otherTeacher)) {
      assertThat(refusal(open(stranger, 50))).isEqualTo("not_found");
      assertThat(refusal(accept(stranger, opened))).isEqualTo("not_found");
      assertThat(refusal(answer(stranger, opened, 1))).isEqualTo("not_found");
      assertThat(refusal(getAs(stranger))).isEqualTo("not_found");
      assertThat(list(stranger)).isEmpty();
    }
    assertThat(list(student)).hasSize(1);
    assertThat(list(teacher)).hasSize(1);
    assertThat(list(ADMIN)).hasSize(1);
  }

  @Test
  void the_side_that_opened_it_neither_answers_nor_accepts_itself() {
    DisputeView opened = open(student, 50).await();
    assertThat(refusal(answer(student, opened, 50))).isEqualTo("not_your_turn");
    assertThat(refusal(accept(student, opened))).isEqualTo("not_your_turn");
    answer(teacher, opened, 10).await();
    assertThat(answer(teacher, opened, 10).await().status()).isEqualTo("answered");
    assertThat(refusal(answer(teacher, opened, 11))).isEqualTo("not_your_turn");
  }

  @Test
  void after_the_window_and_after_the_release_it_is_too_late() {
    world.live(end().plus(Duration.ofHours(24)).minusSeconds(20));
    world.live(end().plus(Duration.ofHours(25)));
    world.watchdog();
    assertThat(world.balance(teacher.userId())).isEqualTo(2_251);
    assertThat(refusal(open(student, 50))).isEqualTo("too_late");
    assertThat(refusal(open(teacher, 50))).isEqualTo("too_late");
    world.assertSound();
  }

  @Test
  void what_has_not_ended_was_cancelled_or_is_under_review_cannot_be_disputed() {
    MeetingView later = world.slot(Ids.next(), 200, 2, 100);
    BookingView ahead = world.book(world.student(1_000), later).await();
    assertThat(refusal(open(SagaWorld.student(ahead), ahead.id(), 50))).isEqualTo("not_disputable");
    world.cancel(ahead).await();
    assertThat(refusal(open(SagaWorld.student(ahead), ahead.id(), 50))).isEqualTo("not_disputable");
    BookingView missed = world.book(world.student(1_000), later).await();
    world.live(later.startsAt().plus(Duration.ofHours(1)).plusSeconds(1));
    assertThat(world.meeting(later).requiresManualReview()).isTrue();
    assertThat(refusal(open(SagaWorld.student(missed), missed.id(), 50)))
        .isEqualTo("not_disputable");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 101})
  void a_share_that_is_none_is_refused_by_its_name(int percent) {
    var failure = SagaWorld.failure(open(student, percent));
    assertThat(failure.status()).isEqualTo(422);
    assertThat(Objects.requireNonNull(failure.errors()).getFirst().field())
        .isEqualTo("studentPercent");
  }

  // ------------------------------------------------------------------ races

  @Test
  void both_sides_on_two_nodes_open_one_dispute() {
    world.addNode();
    List<Future<DisputeView>> answers =
        IntStream.range(0, 20).mapToObj(i -> open(i % 2 == 0 ? student : teacher, i)).toList();
    assertThat(answers.stream().filter(a -> outcomeOf(a).equals("done"))).hasSize(1);
    assertThat(answers.stream().map(DisputesIT::outcomeOf))
        .containsOnly("done", "already_disputed");
    assertThat(world.rows("SELECT COUNT(*) FROM dispute")).containsExactly("1");
  }

  @Test
  void admins_the_other_side_and_time_at_once_end_it_once() {
    world.addNode();
    DisputeView opened = open(student, 100).await();
    List<Future<DisputeView>> ends =
        IntStream.range(0, 18)
            .mapToObj(
                i ->
                    switch (i % 3) {
                      case 0 -> decide(opened, 10 + i);
                      case 1 -> accept(teacher, opened);
                      default -> answer(teacher, opened, 100);
                    })
            .toList();
    ends.forEach(DisputesIT::outcomeOf);
    DisputeView end = get(student);
    assertThat(end.outcome()).isNotNull();
    long back = Objects.requireNonNull(end.outcome()).split().student();
    assertThat(world.balance(student.userId())).isEqualTo(back);
    assertThat(world.escrow(slot)).isZero();
    world.watchdog();
    world.assertSound();
  }

  @Test
  void a_dispute_and_the_release_at_once_leave_either_and_never_both() {
    world.addNode();
    for (int round = 0; round < 3; round++) {
      Instant due = end().plus(Duration.ofHours(24));
      Duration left = Duration.between(world.node.clock().now(), due).minusMillis(40);
      if (left.isPositive()) {
        world.node.clock().advance(left);
      }
      Future<DisputeView> opened = open(student, 100);
      world.live(world.node.clock().now().plusSeconds(1));
      String outcome = outcomeOf(opened);
      world.watchdog();
      if (outcome.equals("done")) {
        assertThat(world.escrow(slot)).isEqualTo(PRICE);
      } else {
        assertThat(outcome).isEqualTo("too_late");
        assertThat(world.balance(teacher.userId())).isPositive();
      }
      world.answersDue();
      world.assertSound();
      a_class_was_held_later(round);
    }
  }

  // ------------------------------------------------------------------ faults

  @ParameterizedTest
  @ValueSource(strings = {"dispute.ended", "settle.answered", "settle.recorded"})
  void a_node_that_dies_while_it_settles_is_followed_by_the_watchdog(String place) {
    DisputeView opened = open(student, 100).await();
    world.dieAt(place);
    outcomeOf(decide(opened, 40));
    world.watchdog();
    assertMoney(1_000, 1_351);
    assertThat(decide(opened, 40).await().status()).isEqualTo("decided");
    assertThat(refusal(decide(opened, 41))).isEqualTo("dispute_closed");
    world.assertSound();
  }

  @Test
  void a_node_that_dies_after_opening_has_opened_it_with_its_deadline() {
    var command = new DisputeApi.OpenDispute(Ids.next(), student, booking.id(), "no sound", 60);
    world.dieAt("dispute.opened");
    outcomeOf(world.ask(DisputeApi.OPEN, command));
    assertThat(world.ask(DisputeApi.OPEN, command).await().id()).isEqualTo(command.commandId());
    world.live(end().plus(Duration.ofDays(4)));
    world.answersDue();
    assertThat(get(student).status()).isEqualTo("escalated");
    world.assertSound();
  }

  // ------------------------------------------------------------------ what an admin sees

  @Test
  void an_admin_sees_the_people_the_proposal_and_what_each_decision_gives() {
    DisputeView opened = open(student, 30).await();
    answer(teacher, opened, 10).await();
    CaseView found =
        world.ask(DisputeApi.CASE, new DisputeApi.DisputeById(ADMIN, opened.id())).await();
    assertThat(found.people()).hasSize(2);
    assertThat(found.people().getFirst().role()).isEqualTo("teacher");
    assertThat(found.people().getLast().minutes()).isBetween(55, 60);
    assertThat(found.proposal().rule()).isEqualTo("class_held");
    assertThat(found.held()).isEqualTo(PRICE);
    assertThat(found.options())
        .extracting(DisputeApi.Option::studentPercent)
        .containsExactly(100, 30, 10, 0);
    assertThat(found.options()).allMatch(o -> o.students() + o.teacher() + o.fee() == PRICE);
    assertThat(
            refusal(world.ask(DisputeApi.CASE, new DisputeApi.DisputeById(student, opened.id()))))
        .isEqualTo("not_found");
  }

  @Test
  void the_evidence_has_every_step_of_a_dispute() {
    DisputeView opened = open(student, 30).await();
    answer(teacher, opened, 10).await();
    decide(opened, 20).await();
    assertThat(
            world.rows(
                "SELECT kind, actor FROM evidence WHERE booking_id = '"
                    + booking.id()
                    + "' AND kind NOT IN ('joined', 'left') ORDER BY at, id"))
        .containsExactly("disputed|student", "answered|teacher", "decided|admin");
  }

  @Test
  void both_sides_see_where_the_credits_are_and_the_students_lines_are_what_the_ledger_holds() {
    MeetingView ahead = world.slot(slot.teacherId(), 200, 2, 1_001);
    world
        .ask(
            WalletApi.DEPOSIT,
            new WalletApi.Deposit(Ids.next(), student.userId(), 5_000, "test", null))
        .await();
    world.book(student.userId(), ahead).await();
    Standing before = standing(student);
    assertThat(before.held())
        .extracting(StandingApi.Line::rule)
        .containsExactly("dispute_window", "class_scheduled");
    assertThat(before.held().getFirst().until()).isEqualTo(end().plus(Duration.ofHours(24)));
    assertThat(before.studentHeld()).isEqualTo(PRICE + 1_001);
    assertThat(standing(teacher).maturing())
        .extracting(StandingApi.Line::amount)
        .containsExactly(2_251L);
    assertThat(standing(teacher).held()).extracting(StandingApi.Line::amount).containsExactly(901L);
    open(student, 50).await();
    for (Caller side : List.of(student, teacher)) {
      assertThat(standing(side).disputed())
          .extracting(StandingApi.Line::price)
          .containsExactly(PRICE);
      assertThat(standing(side).maturing()).isEmpty();
    }
    var wallet = world.ask(WalletApi.BALANCE, new WalletApi.BalanceOf(student.userId())).await();
    assertThat(standing(student).studentHeld()).isEqualTo(wallet.held());
    assertThat(standing(new Caller(Ids.next(), Caller.Role.student)).held()).isEmpty();
  }

  private Standing standing(Caller caller) {
    return world.ask(StandingApi.STANDING, new StandingApi.StandingOf(caller.userId())).await();
  }

  // ------------------------------------------------------------------ helpers

  private void a_class_was_held_later(int round) {
    slot = world.slot(Ids.next(), 400 + 200L * round, 3, PRICE);
    booking = world.book(world.student(PRICE), slot).await();
    student = SagaWorld.student(booking);
    teacher = SagaWorld.teacher(slot);
    world.live(slot.startsAt());
    join(teacher);
    join(student);
    world.live(end().plusSeconds(1));
  }

  private Instant end() {
    return slot.startsAt().plus(Duration.ofHours(1));
  }

  private void afterWindow() {
    world.live(end().plus(Duration.ofHours(25)));
    world.watchdog();
  }

  private void join(Caller caller) {
    world.ask(MeetingApi.JOIN, new JoinMeeting(Ids.next(), caller, slot.id())).await();
  }

  private Future<DisputeView> open(Caller caller, int percent) {
    return open(caller, booking.id(), percent);
  }

  private Future<DisputeView> open(Caller caller, String bookingId, int percent) {
    return world.ask(
        DisputeApi.OPEN,
        new DisputeApi.OpenDispute(Ids.next(), caller, bookingId, "There was no sound.", percent));
  }

  private Future<DisputeView> accept(Caller caller, DisputeView dispute) {
    return world.ask(
        DisputeApi.ACCEPT, new DisputeApi.AcceptDispute(Ids.next(), caller, dispute.id()));
  }

  private Future<DisputeView> answer(
      Caller caller, DisputeView dispute, @Nullable Integer percent) {
    return world.ask(
        DisputeApi.ANSWER,
        new DisputeApi.AnswerDispute(
            Ids.next(), caller, dispute.id(), "There was sound.", percent));
  }

  private Future<DisputeView> decide(DisputeView dispute, int percent) {
    return world.ask(
        DisputeApi.DECIDE,
        new DisputeApi.DecideDispute(Ids.next(), ADMIN, dispute.id(), percent, "So be it."));
  }

  private DisputeView get(Caller caller) {
    return getAs(caller).await();
  }

  private Future<DisputeView> getAs(Caller caller) {
    return world.ask(DisputeApi.OF_BOOKING, new DisputeApi.DisputeOfBooking(caller, booking.id()));
  }

  private List<DisputeView> list(Caller caller) {
    return world
        .ask(DisputeApi.LIST, new DisputeApi.ListDisputes(caller, null, null, 10))
        .await()
        .items();
  }

  private void assertMoney(long ofStudent, long ofTeacher) {
    assertThat(world.balance(student.userId())).isEqualTo(ofStudent);
    assertThat(world.balance(teacher.userId())).isEqualTo(ofTeacher);
    assertThat(world.escrow(slot)).isZero();
  }

  private List<Kind> kinds(String userId) {
    return world.facts().filter(f -> f.userId().equals(userId)).map(f -> f.kind()).toList();
  }

  private static String outcomeOf(Future<?> answer) {
    try {
      answer.await();
      return "done";
    } catch (io.classbell.platform.failure.RejectedException refused) {
      return refused.failure().code();
    }
  }
}
