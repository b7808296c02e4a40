package io.classbell.wallet.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.wallet.Commands;
import io.classbell.wallet.LedgerBench;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.CreditPurchase;
import io.classbell.wallet.api.WalletApi.ReversePurchase;
import io.classbell.wallet.api.WalletApi.Suspend;
import io.classbell.wallet.api.WalletCommand;
import io.classbell.wallet.model.LedgerDecision.Done;
import io.classbell.wallet.model.LedgerDecision.Rejected;
import org.junit.jupiter.api.Test;

class PurchasePostingsTest {
  private static final String WALLET = "wallet:" + Commands.STUDENT;
  private static final String OWED = "receivable:" + Commands.STUDENT;

  private final LedgerBench bench = new LedgerBench();

  private void done(WalletCommand command) {
    assertThat(bench.decide(command)).isInstanceOf(Done.class);
  }

  private static CreditPurchase credit(String id, long amount) {
    return new CreditPurchase(id, Commands.STUDENT, amount, "stripe", null);
  }

  private static ReversePurchase reverse(String id, long amount, long loss) {
    return new ReversePurchase(
        id, Commands.STUDENT, amount, loss, "stripe", "chargeback", null, null);
  }

  private void balances(long wallet, long owed, long clearing) {
    assertThat(bench.balance(WALLET)).isEqualTo(wallet);
    assertThat(bench.balance(OWED)).isEqualTo(-owed);
    assertThat(bench.receivable(Commands.STUDENT)).isEqualTo(owed);
    assertThat(bench.balance("clearing:stripe")).isEqualTo(clearing);
    long all =
        bench.postings().stream().flatMap(p -> p.entries().stream()).mapToLong(Entry::amount).sum();
    assertThat(all).as("all entries sum to 0").isZero();
  }

  @Test
  void a_purchase_is_credited_once_and_beyond_the_limits_of_deposits() {
    long much = LedgerBench.LIMITS.maxDeposit() + 1;
    done(credit("purchase:1", much));
    done(credit("purchase:1", much));
    balances(much, 0, -much);
  }

  @Test
  void a_purchase_of_another_amount_under_the_same_id_is_rejected() {
    done(credit("purchase:1", 100));
    assertThat(bench.decide(credit("purchase:1", 101)))
        .isEqualTo(new Rejected(WalletApi.COMMAND_REUSED));
  }

  @Test
  void test_credits_are_no_purchase() {
    assertThat(bench.decide(new CreditPurchase("purchase:1", Commands.STUDENT, 1, "test", null)))
        .isEqualTo(new Rejected(WalletApi.UNKNOWN_PROVIDER));
  }

  @Test
  void a_chargeback_of_spent_credits_becomes_a_receivable_that_later_credits_settle() {
    done(credit("purchase:1", 1_000));
    done(Commands.hold("b1", 700));
    done(reverse("dispute:d1:withdrawn", 1_000, 0));
    balances(0, 700, 0);
    done(Commands.deposit("d1", 500));
    balances(0, 200, 0);
    done(Commands.deposit("d2", 500));
    balances(300, 0, 0);
  }

  @Test
  void a_refund_of_a_booking_settles_a_receivable_as_well() {
    done(credit("purchase:1", 1_000));
    done(Commands.hold("b1", 700));
    done(reverse("dispute:d1:withdrawn", 1_000, 0));
    done(Commands.settle("b1", 700, 0, 0));
    balances(0, 0, 0);
  }

  @Test
  void a_chargeback_that_is_reversed_gives_the_credits_back() {
    done(credit("purchase:1", 1_000));
    done(Commands.hold("b1", 700));
    done(reverse("dispute:d1:withdrawn", 1_000, 0));
    done(reverse("dispute:d1:reinstated", -1_000, 0));
    balances(300, 0, -1_000);
  }

  @Test
  void the_order_of_withdrawal_and_reinstatement_does_not_matter() {
    done(credit("purchase:1", 1_000));
    done(Commands.hold("b1", 700));
    done(reverse("dispute:d1:reinstated", -1_000, 0));
    done(reverse("dispute:d1:withdrawn", 1_000, 0));
    balances(300, 0, -1_000);
  }

  @Test
  void nobody_withdraws_while_they_owe_something() {
    done(credit("purchase:1", 1_000));
    done(Commands.hold("b1", 700));
    done(reverse("dispute:d1:withdrawn", 1_000, 0));
    assertThat(bench.decide(Commands.withdraw("w1", 1)))
        .isEqualTo(new Rejected(WalletApi.INSUFFICIENT_CREDITS));
  }

  @Test
  void the_platform_bears_what_exceeds_the_purchase() {
    done(credit("purchase:1", 1_000));
    done(reverse("refund:r1", 1_000, 0));
    done(reverse("dispute:d1:withdrawn", 0, 1_000));
    balances(0, 0, 1_000);
    assertThat(bench.balance("losses")).isEqualTo(-1_000);
  }

  @Test
  void money_that_fits_no_purchase_is_in_suspense() {
    done(new Suspend("suspense:pi_1", 400, "stripe", "pi_1"));
    done(new Suspend("suspense:pi_1", 400, "stripe", "pi_1"));
    assertThat(bench.balance("suspense")).isEqualTo(400);
    done(new Suspend("refund:re_1", -400, "stripe", "re_1"));
    assertThat(bench.balance("suspense")).isZero();
    balances(0, 0, 0);
  }
}
