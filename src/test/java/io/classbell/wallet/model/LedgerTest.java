package io.classbell.wallet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.failure.RejectionCode;
import io.classbell.wallet.Commands;
import io.classbell.wallet.LedgerBench;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.Held;
import io.classbell.wallet.api.WalletApi.Posted;
import io.classbell.wallet.api.WalletApi.Settled;
import io.classbell.wallet.api.WalletCommand;
import io.classbell.wallet.model.LedgerDecision.Done;
import io.classbell.wallet.model.LedgerDecision.Rejected;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private final LedgerBench bench = new LedgerBench();

  private LedgerDecision decide(WalletCommand command) {
    return bench.decide(command);
  }

  private void refused(WalletCommand command, RejectionCode refusal) {
    assertThat(decide(command)).isEqualTo(new Rejected(refusal));
  }

  @Test
  void a_deposit_fills_the_wallet_from_the_providers_clearing_account() {
    assertThat(decide(Commands.deposit("d1", 5_000)))
        .isEqualTo(new Done(new Posted("t1", Commands.STUDENT, 5_000, 5_000, LedgerBench.AT)));
    assertThat(bench.balance("wallet:" + Commands.STUDENT)).isEqualTo(5_000);
    assertThat(bench.balance("clearing:test")).isEqualTo(-5_000);
  }

  @Test
  void a_deposit_outside_its_limits_or_from_nowhere_is_refused() {
    refused(Commands.deposit("d1", 0), WalletApi.AMOUNT_OUT_OF_RANGE);
    refused(Commands.deposit("d2", -1), WalletApi.AMOUNT_OUT_OF_RANGE);
    refused(Commands.deposit("d3", Long.MAX_VALUE), WalletApi.AMOUNT_OUT_OF_RANGE);
    refused(
        Commands.deposit("d4", LedgerBench.LIMITS.maxDeposit() + 1), WalletApi.AMOUNT_OUT_OF_RANGE);
    refused(
        new WalletApi.Deposit("d5", Commands.STUDENT, 1, "tooth fairy", null),
        WalletApi.UNKNOWN_PROVIDER);
    assertThat(bench.postings()).isEmpty();
  }

  @Test
  void test_credits_exist_in_test_mode_only() {
    assertThat(new LedgerBench(false).decide(Commands.deposit("d1", 5_000)))
        .isEqualTo(new Rejected(WalletApi.UNKNOWN_PROVIDER));
  }

  @Test
  void a_wallet_does_not_grow_past_its_limit_by_deposits() {
    for (int i = 0; i < 1_000; i++) {
      decide(Commands.deposit("d" + i, LedgerBench.LIMITS.maxDeposit()));
    }
    assertThat(bench.balance("wallet:" + Commands.STUDENT))
        .isEqualTo(LedgerBench.LIMITS.maxBalance());
    refused(Commands.deposit("one more", 1), WalletApi.AMOUNT_OUT_OF_RANGE);
  }

  @Test
  void a_hold_moves_the_price_to_the_meetings_escrow_and_shows_it_as_held() {
    decide(Commands.deposit("d1", 5_000));
    assertThat(decide(Commands.hold("b1", 2_000)))
        .isEqualTo(new Done(new Held("b1", Commands.MEETING, 2_000, 3_000)));
    assertThat(bench.balance("wallet:" + Commands.STUDENT)).isEqualTo(3_000);
    assertThat(bench.held(Commands.STUDENT)).isEqualTo(2_000);
    assertThat(bench.balance("escrow:" + Commands.MEETING)).isEqualTo(2_000);
  }

  @Test
  void a_hold_larger_than_the_balance_is_refused_and_leaves_no_entry() {
    decide(Commands.deposit("d1", 1_999));
    refused(Commands.hold("b1", 2_000), WalletApi.INSUFFICIENT_CREDITS);
    assertThat(bench.postings().getLast().entries()).isEmpty();
    assertThat(bench.hold("b1")).isNull();
  }

  @Test
  void a_hold_refused_for_want_of_credits_stays_refused_when_it_is_delivered_again() {
    refused(Commands.hold("b1", 2_000), WalletApi.INSUFFICIENT_CREDITS);
    decide(Commands.deposit("d1", 5_000));
    refused(Commands.hold("b1", 2_000), WalletApi.INSUFFICIENT_CREDITS);
    assertThat(bench.balance("wallet:" + Commands.STUDENT)).isEqualTo(5_000);
  }

  @Test
  void a_hold_of_everything_is_possible_and_of_a_negative_or_huge_amount_is_not() {
    decide(Commands.deposit("d1", 5_000));
    refused(Commands.hold("b1", -1), WalletApi.AMOUNT_OUT_OF_RANGE);
    refused(Commands.hold("b2", Ledger.MOST + 1), WalletApi.AMOUNT_OUT_OF_RANGE);
    refused(Commands.hold("b3", Long.MIN_VALUE), WalletApi.AMOUNT_OUT_OF_RANGE);
    assertThat(decide(Commands.hold("b4", 5_000))).isInstanceOf(Done.class);
    assertThat(bench.balance("wallet:" + Commands.STUDENT)).isZero();
  }

  @Test
  void a_free_booking_is_held_and_settled_without_an_entry() {
    assertThat(decide(Commands.hold("b1", 0)))
        .isEqualTo(new Done(new Held("b1", Commands.MEETING, 0, 0)));
    assertThat(decide(Commands.settle("b1", 0, 0, 0)))
        .isEqualTo(new Done(new Settled("b1", 0, 0, 0)));
    assertThat(bench.postings()).hasSize(2).allMatch(p -> p.entries().isEmpty());
  }

  @Test
  void the_same_command_gives_the_first_answer_whatever_happened_since() {
    LedgerDecision deposit = decide(Commands.deposit("d1", 5_000));
    LedgerDecision hold = decide(Commands.hold("b1", 2_000));
    LedgerDecision free = decide(Commands.hold("b2", 0));
    LedgerDecision move = decide(Commands.move("m1", "b1", Commands.OTHER_MEETING, 2_500));
    LedgerDecision settled =
        decide(Commands.settleIn(Commands.OTHER_MEETING, "b1", 1_250, 1_125, 125));
    decide(Commands.deposit("d2", 7_777));
    int posted = bench.postings().size();

    assertThat(decide(Commands.deposit("d1", 5_000))).isEqualTo(deposit);
    assertThat(decide(Commands.hold("b1", 2_000))).isEqualTo(hold);
    assertThat(decide(Commands.hold("b2", 0))).isEqualTo(free);
    assertThat(decide(Commands.move("m1", "b1", Commands.OTHER_MEETING, 2_500))).isEqualTo(move);
    assertThat(decide(Commands.settleIn(Commands.OTHER_MEETING, "b1", 1_250, 1_125, 125)))
        .isEqualTo(settled);
    assertThat(bench.postings()).hasSize(posted);
  }

  @Test
  void another_command_under_a_used_id_is_refused() {
    decide(Commands.deposit("d1", 5_000));
    decide(Commands.hold("b1", 2_000));
    decide(Commands.move("m1", "b1", Commands.OTHER_MEETING, 2_500));
    refused(Commands.deposit("d1", 5_001), WalletApi.COMMAND_REUSED);
    refused(Commands.adjust("d1", 5_000), WalletApi.COMMAND_REUSED);
    refused(Commands.hold("b1", 1_999), WalletApi.COMMAND_REUSED);
    refused(Commands.move("m1", "b1", Commands.MEETING, 2_500), WalletApi.COMMAND_REUSED);
  }

  @Test
  void a_move_carries_the_hold_and_posts_the_difference_only() {
    decide(Commands.deposit("d1", 5_000));
    decide(Commands.hold("b1", 2_000));
    assertThat(decide(Commands.move("m1", "b1", Commands.OTHER_MEETING, 2_500)))
        .isEqualTo(new Done(new Held("b1", Commands.OTHER_MEETING, 2_500, 2_500)));
    assertThat(bench.balance("escrow:" + Commands.MEETING)).isZero();
    assertThat(bench.balance("escrow:" + Commands.OTHER_MEETING)).isEqualTo(2_500);
    assertThat(bench.held(Commands.STUDENT)).isEqualTo(2_500);

    assertThat(decide(Commands.moveFrom(Commands.OTHER_MEETING, "m2", "b1", Commands.MEETING, 500)))
        .isEqualTo(new Done(new Held("b1", Commands.MEETING, 500, 4_500)));
    assertThat(bench.balance("escrow:" + Commands.OTHER_MEETING)).isZero();
    assertThat(bench.held(Commands.STUDENT)).isEqualTo(500);
  }

  @Test
  void a_move_that_the_wallet_cannot_pay_changes_nothing_and_stays_refused() {
    decide(Commands.deposit("d1", 2_000));
    decide(Commands.hold("b1", 2_000));
    refused(
        Commands.move("m1", "b1", Commands.OTHER_MEETING, 2_001), WalletApi.INSUFFICIENT_CREDITS);
    decide(Commands.deposit("d2", 2_000));
    refused(
        Commands.move("m1", "b1", Commands.OTHER_MEETING, 2_001), WalletApi.INSUFFICIENT_CREDITS);
    assertThat(bench.balance("escrow:" + Commands.MEETING)).isEqualTo(2_000);
  }

  @Test
  void a_move_needs_a_hold_that_is_where_the_command_says() {
    decide(Commands.deposit("d1", 5_000));
    refused(Commands.move("m1", "b1", Commands.OTHER_MEETING, 1), WalletApi.NO_HOLD);
    decide(Commands.hold("b1", 2_000));
    refused(
        Commands.moveFrom(Commands.OTHER_MEETING, "m2", "b1", Commands.MEETING, 1),
        WalletApi.NO_HOLD);
    refused(Commands.move("m3", "b1", Commands.OTHER_MEETING, -1), WalletApi.AMOUNT_OUT_OF_RANGE);
    decide(Commands.settle("b1", 2_000, 0, 0));
    refused(Commands.move("m4", "b1", Commands.OTHER_MEETING, 1), WalletApi.ALREADY_SETTLED);
  }

  @Test
  void a_settlement_divides_the_escrow_between_student_teacher_and_fees() {
    decide(Commands.deposit("d1", 2_001));
    decide(Commands.hold("b1", 2_001));
    assertThat(decide(Commands.settle("b1", 1_001, 900, 100)))
        .isEqualTo(new Done(new Settled("b1", 1_001, 900, 100)));
    assertThat(bench.balance("wallet:" + Commands.STUDENT)).isEqualTo(1_001);
    assertThat(bench.balance("wallet:" + Commands.TEACHER)).isEqualTo(900);
    assertThat(bench.balance("fees")).isEqualTo(100);
    assertThat(bench.balance("escrow:" + Commands.MEETING)).isZero();
    assertThat(bench.held(Commands.STUDENT)).isZero();
  }

  @Test
  void a_hold_is_settled_once() {
    decide(Commands.deposit("d1", 2_000));
    refused(Commands.settle("b1", 2_000, 0, 0), WalletApi.NO_HOLD);
    decide(Commands.hold("b1", 2_000));
    decide(Commands.settle("b1", 2_000, 0, 0));
    refused(Commands.settle("b1", 1_000, 1_000, 0), WalletApi.ALREADY_SETTLED);
    refused(Commands.voidHold("b1"), WalletApi.ALREADY_SETTLED);
  }

  @Test
  void parts_that_are_not_the_held_amount_are_refused() {
    decide(Commands.deposit("d1", 2_000));
    decide(Commands.hold("b1", 2_000));
    refused(Commands.settle("b1", 1_000, 999, 0), WalletApi.PARTS_DO_NOT_ADD_UP);
    refused(Commands.settle("b1", 3_000, -1_000, 0), WalletApi.PARTS_DO_NOT_ADD_UP);
    refused(Commands.settle("b1", 2_000, 1_000, -1_000), WalletApi.PARTS_DO_NOT_ADD_UP);
    refused(Commands.settle("b1", 2_000, -1_000, 1_000), WalletApi.PARTS_DO_NOT_ADD_UP);
    refused(Commands.settle("b1", -1_000, 2_000, 1_000), WalletApi.PARTS_DO_NOT_ADD_UP);
    refused(
        Commands.settle("b1", Long.MAX_VALUE, Long.MAX_VALUE, 2_002),
        WalletApi.PARTS_DO_NOT_ADD_UP);
    refused(Commands.settleIn(Commands.OTHER_MEETING, "b1", 2_000, 0, 0), WalletApi.NO_HOLD);
    assertThat(decide(Commands.settle("b1", 2_000, 0, 0))).isInstanceOf(Done.class);
  }

  @Test
  void a_hold_is_resolved_by_a_refund_a_release_or_a_settlement_and_nothing_else() {
    decide(Commands.deposit("d1", 2_000));
    decide(Commands.hold("b1", 2_000));
    assertThatThrownBy(() -> decide(Commands.settleAs("deposit", "b1", 2_000)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> decide(Commands.settleAs("gift", "b1", 2_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_hold_given_up_before_it_was_taken_is_refused_when_it_comes() {
    decide(Commands.deposit("d1", 2_000));
    assertThat(decide(Commands.voidHold("b1"))).isEqualTo(new Done(new Settled("b1", 0, 0, 0)));
    refused(Commands.hold("b1", 2_000), WalletApi.HOLD_VOIDED);
    refused(Commands.settle("b1", 2_000, 0, 0), WalletApi.NO_HOLD);
    assertThat(decide(Commands.voidHold("b1"))).isEqualTo(new Done(new Settled("b1", 0, 0, 0)));
    assertThat(bench.balance("wallet:" + Commands.STUDENT)).isEqualTo(2_000);
  }

  @Test
  void a_hold_given_up_after_it_was_taken_goes_back_whole_and_is_not_taken_again() {
    decide(Commands.deposit("d1", 2_000));
    decide(Commands.hold("b1", 1_500));
    LedgerDecision first = decide(Commands.voidHold("b1"));
    assertThat(first).isEqualTo(new Done(new Settled("b1", 1_500, 0, 0)));
    assertThat(decide(Commands.voidHold("b1"))).isEqualTo(first);
    refused(Commands.hold("b1", 1_500), WalletApi.HOLD_VOIDED);
    refused(Commands.settle("b1", 1_500, 0, 0), WalletApi.ALREADY_SETTLED);
    assertThat(bench.balance("wallet:" + Commands.STUDENT)).isEqualTo(2_000);
    assertThat(bench.held(Commands.STUDENT)).isZero();
  }

  @Test
  void a_teacher_who_books_the_own_class_gets_one_line() {
    decide(Commands.deposit("d1", 2_000));
    decide(Commands.hold("b1", 2_000));
    decide(
        new WalletApi.Settle(
            "b1",
            Commands.MEETING,
            Commands.STUDENT,
            Commands.STUDENT,
            1_000,
            900,
            100,
            "settlement",
            "review_split",
            "Algebra",
            null));
    assertThat(bench.balance("wallet:" + Commands.STUDENT)).isEqualTo(1_900);
    assertThat(bench.postings().getLast().entries()).hasSize(3);
  }

  @Test
  void an_adjustment_goes_both_ways_but_not_below_zero() {
    assertThat(decide(Commands.adjust("a1", 700)))
        .isEqualTo(new Done(new Posted("t1", Commands.STUDENT, 700, 700, LedgerBench.AT)));
    assertThat(decide(Commands.adjust("a2", -700)))
        .isEqualTo(new Done(new Posted("t2", Commands.STUDENT, -700, 0, LedgerBench.AT)));
    refused(Commands.adjust("a3", -1), WalletApi.INSUFFICIENT_CREDITS);
    refused(Commands.adjust("a4", 0), WalletApi.AMOUNT_OUT_OF_RANGE);
    refused(Commands.adjust("a5", Long.MIN_VALUE), WalletApi.AMOUNT_OUT_OF_RANGE);
    assertThat(bench.balance("opening")).isZero();
  }
}
