package io.classbell.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Tell;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.json.Json;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.Adjust;
import io.classbell.wallet.api.WalletApi.Balance;
import io.classbell.wallet.api.WalletApi.Deposit;
import io.classbell.wallet.api.WalletApi.Held;
import io.classbell.wallet.api.WalletApi.History;
import io.classbell.wallet.api.WalletApi.HistoryOf;
import io.classbell.wallet.api.WalletApi.Hold;
import io.classbell.wallet.api.WalletApi.Line;
import io.classbell.wallet.api.WalletApi.MoveHold;
import io.classbell.wallet.api.WalletApi.Posted;
import io.classbell.wallet.api.WalletApi.Settle;
import io.classbell.wallet.api.WalletApi.Settled;
import io.classbell.wallet.api.WalletApi.VoidHold;
import io.classbell.wallet.api.WalletSettings;
import io.classbell.wallet.model.Ledger;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** The wallet as its callers meet it, two verticles on one database. */
@OnBothDatabases
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WalletIT {
  @Parameter TestDatabase database;

  private DatabaseSettings settings;
  private WalletNode node;

  private final String student = Ids.next();
  private final String teacher = Ids.next();

  @BeforeParameterizedClassInvocation
  void start(TestDatabase server) {
    settings = server.fresh();
    node = new WalletNode(settings, 2);
  }

  @AfterEach
  void every_invariant_holds() {
    assertThat(node.broken()).isEmpty();
  }

  @AfterParameterizedClassInvocation
  void stop() {
    node.close();
  }

  private static Rejection no(RejectionCode refusal, Runnable asking) {
    Rejection failure = catchThrowableOfType(RejectedException.class, asking::run).failure();
    assertThat(failure.status()).isEqualTo(refusal.status());
    assertThat(failure.code()).isEqualTo(refusal.code());
    return failure;
  }

  private String funded(long amount) {
    String user = Ids.next();
    node.ask(WalletApi.DEPOSIT, new Deposit(Ids.next(), user, amount, "test", null));
    return user;
  }

  private static Hold hold(String user, String meeting, long amount) {
    return new Hold(Ids.next(), meeting, user, amount, "Algebra");
  }

  private Settle settle(Hold hold, long student, long teacher, long fee) {
    return new Settle(
        hold.bookingId(),
        hold.meetingId(),
        hold.studentId(),
        this.teacher,
        student,
        teacher,
        fee,
        "refund",
        "student_cancelled_late",
        hold.title(),
        hold.studentId());
  }

  private Balance balance(String user) {
    return node.balance(user);
  }

  private long escrow(String meeting) {
    return database
        .rows(settings, "SELECT balance FROM ledger_account WHERE id = 'escrow:" + meeting + "'")
        .stream()
        .mapToLong(Long::parseLong)
        .sum();
  }

  private long rows(String table, String where) {
    return Long.parseLong(
        database.rows(settings, "SELECT COUNT(*) FROM " + table + " WHERE " + where).getFirst());
  }

  @Test
  void who_never_had_credits_has_none_and_no_history() {
    assertThat(balance(Ids.next())).isEqualTo(new Balance(0, 0, "credits", null));
    assertThat(node.ask(WalletApi.HISTORY, new HistoryOf(Ids.next(), null, 20)))
        .isEqualTo(new History(List.of(), null));
  }

  @Test
  void a_deposit_is_in_the_wallet_and_told_in_the_same_transaction() {
    String user = Ids.next();
    Posted posted = node.ask(WalletApi.DEPOSIT, new Deposit(Ids.next(), user, 5_000, "test", null));
    assertThat(balance(user)).isEqualTo(new Balance(5_000, 0, "credits", null));
    assertThat(facts())
        .filteredOn(f -> f.userId().equals(user))
        .singleElement()
        .satisfies(
            fact -> {
              assertThat(fact.kind()).isEqualTo(NotificationApi.Kind.credits_received);
              assertThat(fact.cause()).isEqualTo("credits_received:" + posted.transactionId());
              assertThat(fact.data()).containsEntry("amount", "5000");
            });
  }

  private List<Fact> facts() {
    return database
        .rows(settings, "SELECT body FROM scheduled_message WHERE address = 'notification.tell'")
        .stream()
        .flatMap(body -> Json.read(body, Tell.class).facts().stream())
        .toList();
  }

  @Test
  void an_adjustment_upwards_is_told_and_one_downwards_only_shown() {
    String user = Ids.next();
    Caller admin = new Caller(Ids.next(), Caller.Role.admin);
    node.ask(WalletApi.ADJUST, new Adjust(Ids.next(), admin, user, 900, "By phone"));
    node.ask(WalletApi.ADJUST, new Adjust(Ids.next(), admin, user, -400, "Too much"));
    assertThat(balance(user).balance()).isEqualTo(500);
    assertThat(facts())
        .filteredOn(f -> f.userId().equals(user))
        .singleElement()
        .satisfies(f -> assertThat(f.data()).containsEntry("reason", "By phone"));
    no(
        WalletApi.INSUFFICIENT_CREDITS,
        () -> node.ask(WalletApi.ADJUST, new Adjust(Ids.next(), admin, user, -501, "More")));
    assertThat(node.ask(WalletApi.HISTORY, new HistoryOf(user, null, 20)).items())
        .extracting(Line::description)
        .containsExactly("Adjustment: Too much", "Adjustment: By phone");
  }

  @Test
  void a_hold_larger_than_the_balance_is_refused_and_leaves_no_entry() {
    String user = funded(1_999);
    Hold hold = hold(user, Ids.next(), 2_000);
    assertThat(no(WalletApi.INSUFFICIENT_CREDITS, () -> node.ask(WalletApi.HOLD, hold)).params())
        .hasToString("{balance=1999, price=2000}");
    assertThat(balance(user)).isEqualTo(new Balance(1_999, 0, "credits", null));
    assertThat(rows("ledger_hold", "booking_id = '" + hold.bookingId() + "'")).isZero();
    assertThat(rows("ledger_entry", "account_id = 'escrow:" + hold.meetingId() + "'")).isZero();

    node.ask(WalletApi.DEPOSIT, new Deposit(Ids.next(), user, 5_000, "test", null));
    no(WalletApi.INSUFFICIENT_CREDITS, () -> node.ask(WalletApi.HOLD, hold));
  }

  @Test
  void the_same_command_twice_has_one_effect_and_the_first_answer() {
    String user = funded(5_000);
    String id = Ids.next();
    Deposit deposit = new Deposit(id, user, 1_000, "test", null);
    Posted first = node.ask(WalletApi.DEPOSIT, deposit);
    Hold hold = hold(user, Ids.next(), 2_000);
    Held held = node.ask(WalletApi.HOLD, hold);
    MoveHold move =
        new MoveHold(Ids.next(), hold.bookingId(), hold.meetingId(), Ids.next(), 2_500, "Geometry");
    Held moved = node.ask(WalletApi.MOVE_HOLD, move);
    Settle settle =
        settle(
            new Hold(hold.bookingId(), move.toMeetingId(), user, 2_500, "Geometry"),
            1_250,
            1_125,
            125);
    Settled settled = node.ask(WalletApi.SETTLE, settle);
    Balance after = balance(user);

    assertThat(node.ask(WalletApi.DEPOSIT, deposit)).isEqualTo(first);
    assertThat(node.ask(WalletApi.HOLD, hold)).isEqualTo(held);
    assertThat(node.ask(WalletApi.MOVE_HOLD, move)).isEqualTo(moved);
    assertThat(node.ask(WalletApi.SETTLE, settle)).isEqualTo(settled);
    assertThat(balance(user)).isEqualTo(after);
    assertThat(first.at()).isEqualTo(node.ask(WalletApi.DEPOSIT, deposit).at());

    no(
        WalletApi.COMMAND_REUSED,
        () -> node.ask(WalletApi.DEPOSIT, new Deposit(id, user, 1_001, "test", null)));
    no(
        WalletApi.COMMAND_REUSED,
        () -> node.ask(WalletApi.DEPOSIT, new Deposit(id, Ids.next(), 1_000, "test", null)));
    no(
        WalletApi.COMMAND_REUSED,
        () ->
            node.ask(
                WalletApi.HOLD, new Hold(hold.bookingId(), hold.meetingId(), user, 1, "Algebra")));
    no(
        WalletApi.ALREADY_SETTLED,
        () ->
            node.ask(
                WalletApi.SETTLE,
                settle(
                    new Hold(hold.bookingId(), move.toMeetingId(), user, 2_500, "Geometry"),
                    2_500,
                    0,
                    0)));
  }

  @Test
  void a_command_sent_many_times_at_once_to_both_nodes_has_one_effect() {
    String user = funded(1_000_000);
    for (int i = 0; i < 20; i++) {
      Hold hold = hold(user, Ids.next(), 100);
      List<Future<Held>> answers =
          Stream.generate(() -> node.send(WalletApi.HOLD, hold)).limit(10).toList();
      List<Held> held = answers.stream().map(WalletNode::await).distinct().toList();
      assertThat(held).hasSize(1);
    }
    assertThat(balance(user)).isEqualTo(new Balance(998_000, 2_000, "credits", null));
  }

  @Test
  void one_booking_id_claimed_for_two_students_at_once_is_held_for_one() {
    for (int i = 0; i < 20; i++) {
      String one = funded(100);
      String other = funded(100);
      Hold hold = hold(one, Ids.next(), 100);
      List<Future<Held>> answers =
          List.of(
              node.send(WalletApi.HOLD, hold),
              node.send(
                  WalletApi.HOLD,
                  new Hold(hold.bookingId(), hold.meetingId(), other, 100, "Algebra")));
      assertThat(outcomes(answers)).containsExactlyInAnyOrder("done", "idempotency_key_reused");
      assertThat(balance(one).balance() + balance(other).balance()).isEqualTo(100);
    }
  }

  @Test
  void one_command_id_used_for_two_wallets_at_once_is_taken_for_one() {
    for (int i = 0; i < 20; i++) {
      String id = Ids.next();
      List<Future<Posted>> answers =
          Stream.generate(Ids::next)
              .limit(4)
              .map(user -> node.send(WalletApi.DEPOSIT, new Deposit(id, user, 100, "test", null)))
              .toList();
      assertThat(outcomes(answers))
          .containsExactlyInAnyOrder(
              "done", "idempotency_key_reused", "idempotency_key_reused", "idempotency_key_reused");
    }
  }

  private static <A> List<String> outcomes(List<Future<A>> answers) {
    List<String> outcomes = new ArrayList<>();
    for (Future<A> answer : answers) {
      try {
        WalletNode.await(answer);
        outcomes.add("done");
      } catch (RejectedException no) {
        outcomes.add(no.failure().code());
      }
    }
    return outcomes;
  }

  @Test
  void five_hundred_holds_at_once_on_one_wallet_never_take_more_than_is_in_it() {
    String user = funded(100 * 250);
    List<Future<Held>> answers =
        Stream.generate(() -> node.send(WalletApi.HOLD, hold(user, Ids.next(), 250)))
            .limit(500)
            .toList();
    List<String> outcomes = outcomes(answers);
    assertThat(Collections.frequency(outcomes, "done")).isEqualTo(100);
    assertThat(Collections.frequency(outcomes, "insufficient_credits")).isEqualTo(400);
    assertThat(balance(user)).isEqualTo(new Balance(0, 100 * 250, "credits", null));
  }

  @Test
  void a_late_cancellation_is_divided_and_each_side_reads_why() {
    String user = funded(5_000);
    Hold hold = hold(user, Ids.next(), 2_500);
    long before = balance(teacher).balance();
    node.ask(WalletApi.HOLD, hold);
    assertThat(node.ask(WalletApi.SETTLE, settle(hold, 1_250, 1_125, 125)))
        .isEqualTo(new Settled(hold.bookingId(), 1_250, 1_125, 125));

    assertThat(escrow(hold.meetingId())).isZero();
    assertThat(balance(user)).isEqualTo(new Balance(3_750, 0, "credits", null));
    assertThat(balance(teacher).balance()).isEqualTo(before + 1_125);
    List<Line> lines = node.ask(WalletApi.HISTORY, new HistoryOf(user, null, 20)).items();
    assertThat(lines)
        .extracting(Line::kind, Line::amount, Line::balanceAfter, Line::description)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "refund",
                1_250L,
                3_750L,
                "Refund 50 %: cancelled too late for a full refund: Algebra"),
            org.assertj.core.groups.Tuple.tuple("booking", -2_500L, 2_500L, "Booked: Algebra"),
            org.assertj.core.groups.Tuple.tuple(
                "deposit", 5_000L, 5_000L, "Deposit of test credits"));
    assertThat(lines.getFirst().bookingId()).isEqualTo(hold.bookingId());
    assertThat(lines.getFirst().meetingId()).isEqualTo(hold.meetingId());
    assertThat(lines.getFirst().rule()).isEqualTo("student_cancelled_late");
    assertThat(
            node.ask(WalletApi.HISTORY, new HistoryOf(teacher, null, 1))
                .items()
                .getFirst()
                .description())
        .isEqualTo("Earned: cancelled too late for a full refund: Algebra");
  }

  @Test
  void a_free_booking_is_held_and_settled_and_leaves_no_line() {
    Hold hold = hold(student, Ids.next(), 0);
    assertThat(node.ask(WalletApi.HOLD, hold))
        .isEqualTo(new Held(hold.bookingId(), hold.meetingId(), 0, 0));
    node.ask(WalletApi.SETTLE, settle(hold, 0, 0, 0));
    assertThat(node.ask(WalletApi.HISTORY, new HistoryOf(student, null, 20)).items()).isEmpty();
  }

  @Test
  void a_hold_given_up_is_refused_when_it_comes_late_and_returned_when_it_was_there() {
    String user = funded(1_000);
    Hold late = hold(user, Ids.next(), 1_000);
    VoidHold voidLate =
        new VoidHold(late.bookingId(), late.meetingId(), user, "seat_lost", "Algebra");
    node.ask(WalletApi.VOID_HOLD, voidLate);
    no(WalletApi.HOLD_VOIDED, () -> node.ask(WalletApi.HOLD, late));
    node.ask(WalletApi.VOID_HOLD, voidLate);

    Hold taken = hold(user, Ids.next(), 600);
    node.ask(WalletApi.HOLD, taken);
    VoidHold voidTaken =
        new VoidHold(taken.bookingId(), taken.meetingId(), user, "seat_lost", "Algebra");
    Settled returned = node.ask(WalletApi.VOID_HOLD, voidTaken);
    assertThat(returned).isEqualTo(new Settled(taken.bookingId(), 600, 0, 0));
    assertThat(node.ask(WalletApi.VOID_HOLD, voidTaken)).isEqualTo(returned);
    assertThat(balance(user)).isEqualTo(new Balance(1_000, 0, "credits", null));
  }

  @Test
  void hold_and_give_up_at_once_end_with_the_credits_back_whichever_wins() {
    for (int i = 0; i < 30; i++) {
      String user = funded(1_000);
      Hold hold = hold(user, Ids.next(), 1_000);
      Future<Held> held = node.send(WalletApi.HOLD, hold);
      Future<Settled> gone =
          node.send(
              WalletApi.VOID_HOLD,
              new VoidHold(hold.bookingId(), hold.meetingId(), user, "seat_lost", "Algebra"));
      outcomes(List.of(held));
      WalletNode.await(gone);
      assertThat(balance(user)).isEqualTo(new Balance(1_000, 0, "credits", null));
    }
  }

  @Test
  void a_hold_taken_and_moved_in_one_breath_is_moved_or_not_there_yet() {
    String user = funded(10_000);
    for (int i = 0; i < 20; i++) {
      Hold hold = hold(user, Ids.next(), 100);
      Future<Held> held = node.send(WalletApi.HOLD, hold);
      Future<Held> moved =
          node.send(
              WalletApi.MOVE_HOLD,
              new MoveHold(
                  Ids.next(), hold.bookingId(), hold.meetingId(), Ids.next(), 50, "Algebra"));
      assertThat(outcomes(List.of(held, moved)).getFirst()).isEqualTo("done");
      assertThat(outcomes(List.of(moved)).getFirst()).isIn("done", "no_hold");
    }
  }

  @Test
  void a_group_with_a_command_that_cannot_be_carried_out_fails_for_that_one_alone() {
    String user = funded(100_000);
    List<Hold> holds = Stream.generate(() -> hold(user, Ids.next(), 100)).limit(40).toList();
    holds.forEach(h -> node.ask(WalletApi.HOLD, h));
    List<Future<Settled>> answers = new ArrayList<>();
    for (int i = 0; i < holds.size(); i++) {
      Settle good = settle(holds.get(i), 100, 0, 0);
      Settle asked =
          i != 20
              ? good
              : new Settle(
                  good.bookingId(),
                  good.meetingId(),
                  good.studentId(),
                  good.teacherId(),
                  100,
                  0,
                  0,
                  "gift",
                  "none",
                  "Algebra",
                  null);
      answers.add(node.send(WalletApi.SETTLE, asked));
    }
    for (int i = 0; i < holds.size(); i++) {
      Future<Settled> answer = answers.get(i);
      if (i == 20) {
        assertThatThrownBy(() -> WalletNode.await(answer))
            .isInstanceOfSatisfying(
                RejectedException.class,
                no -> assertThat(no.failure().code()).isEqualTo("internal_error"));
      } else {
        assertThat(WalletNode.await(answer).student()).isEqualTo(100);
      }
    }
    assertThat(balance(user)).isEqualTo(new Balance(99_900, 100, "credits", null));
  }

  @Test
  void everything_at_once_on_a_few_accounts_keeps_the_books_true_while_they_are_checked() {
    Random random = new Random(7);
    List<String> users = Stream.generate(() -> funded(3_000)).limit(6).toList();
    List<String> meetings = Stream.generate(Ids::next).limit(4).toList();
    List<Hold> asked = new ArrayList<>();
    List<Future<?>> answers = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      Hold known = asked.isEmpty() ? null : asked.get(random.nextInt(asked.size()));
      int dice = random.nextInt(10);
      if (known == null || dice < 5) {
        Hold hold =
            hold(
                users.get(random.nextInt(6)),
                meetings.get(random.nextInt(4)),
                random.nextInt(4) * 100L);
        asked.add(hold);
        answers.add(node.send(WalletApi.HOLD, hold));
      } else if (dice < 7) {
        answers.add(node.send(WalletApi.SETTLE, settle(known, known.amount(), 0, 0)));
      } else if (dice < 8) {
        answers.add(
            node.send(
                WalletApi.VOID_HOLD,
                new VoidHold(
                    known.bookingId(), known.meetingId(), known.studentId(), "gone", "Algebra")));
      } else {
        answers.add(
            node.send(
                WalletApi.MOVE_HOLD,
                new MoveHold(
                    Ids.next(),
                    known.bookingId(),
                    known.meetingId(),
                    meetings.get(random.nextInt(4)),
                    random.nextInt(4) * 100L,
                    "Algebra")));
      }
      if (i % 100 == 50) {
        assertThat(node.broken()).isEmpty();
      }
    }
    for (Future<?> answer : answers) {
      try {
        WalletNode.await(answer);
      } catch (RejectedException no) {
        assertThat(no.failure().status()).isEqualTo(409);
      }
    }
  }

  @Test
  void the_largest_amounts_are_counted_to_the_last_unit() {
    WalletSettings wide =
        SettingsReader.of(WalletSettings.class)
            .json("test", "{\"maxDeposit\": 1000000000000, \"maxBalance\": 1000000000000000}")
            .read();
    try (WalletNode rich = new WalletNode(settings, wide)) {
      String user = Ids.next();
      Stream.generate(() -> new Deposit(Ids.next(), user, Ledger.MOST, "test", null))
          .limit(1_000)
          .map(deposit -> rich.send(WalletApi.DEPOSIT, deposit))
          .toList()
          .forEach(WalletNode::await);
      no(
          WalletApi.AMOUNT_OUT_OF_RANGE,
          () -> rich.ask(WalletApi.DEPOSIT, new Deposit(Ids.next(), user, 1, "test", null)));
      Hold hold = hold(user, Ids.next(), Ledger.MOST);
      rich.ask(WalletApi.HOLD, hold);
      rich.ask(WalletApi.SETTLE, settle(hold, Ledger.MOST - 2, 1, 1));
      assertThat(rich.balance(user))
          .isEqualTo(new Balance(1_000 * Ledger.MOST - 2, 0, "credits", null));
    }
  }

  @Test
  void an_amount_out_of_range_is_a_field_at_fault_with_its_range() {
    long most = LedgerBench.LIMITS.maxDeposit();
    String user = Ids.next();
    Rejection deposit =
        no(
            WalletApi.AMOUNT_OUT_OF_RANGE,
            () ->
                node.ask(WalletApi.DEPOSIT, new Deposit(Ids.next(), user, most + 1, "test", null)));
    assertThat(deposit.errors())
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.field()).isEqualTo("amount");
              assertThat(error.code()).isEqualTo("out_of_range");
              assertThat(error.message()).isEqualTo("Must be from 1 to %d.".formatted(most));
              assertThat(error.params()).hasToString("{min=1, max=%d}".formatted(most));
            });
    Caller admin = new Caller(Ids.next(), Caller.Role.admin);
    Rejection adjustment =
        no(
            WalletApi.AMOUNT_OUT_OF_RANGE,
            () ->
                node.ask(WalletApi.ADJUST, new Adjust(Ids.next(), admin, user, -most - 1, "Why")));
    assertThat(adjustment.errors())
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.field()).isEqualTo("amount");
              assertThat(String.valueOf(error.params())).contains("min=" + -most, "max=" + most);
            });
  }

  @Test
  void a_history_is_read_page_by_page_and_misses_nothing() {
    String user = funded(1_000);
    for (int i = 0; i < 24; i++) {
      node.ask(WalletApi.HOLD, hold(user, Ids.next(), 1));
    }
    List<Line> all = new ArrayList<>();
    String cursor = null;
    do {
      History page = node.ask(WalletApi.HISTORY, new HistoryOf(user, cursor, 10));
      assertThat(page.items()).hasSizeLessThanOrEqualTo(10);
      all.addAll(page.items());
      cursor = page.nextCursor();
    } while (cursor != null);
    assertThat(all).hasSize(25).doesNotHaveDuplicates();
    assertThat(all.stream().map(Line::balanceAfter).toList())
        .isSorted()
        .startsWith(976L)
        .endsWith(1_000L);
    assertThatThrownBy(() -> node.ask(WalletApi.HISTORY, new HistoryOf(user, "1 OR 1=1", 10)))
        .isInstanceOfSatisfying(
            RejectedException.class,
            no -> assertThat(no.failure()).isEqualTo(RejectionCode.invalidCursor().failure()));
  }

  @Test
  void the_application_can_add_to_the_ledger_but_not_change_it() {
    for (String sql :
        List.of(
            "UPDATE ledger_entry SET amount = 1",
            "DELETE FROM ledger_entry",
            "UPDATE ledger_transaction SET note = ''",
            "DELETE FROM ledger_transaction")) {
      Future<?> attempt = node.database().read().start(sql);
      assertThatThrownBy(() -> WalletNode.await(attempt)).hasMessageContaining("denied");
    }
  }
}
