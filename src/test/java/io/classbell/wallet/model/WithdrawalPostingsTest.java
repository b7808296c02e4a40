package io.classbell.wallet.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.failure.RejectionCode;
import io.classbell.wallet.Commands;
import io.classbell.wallet.LedgerBench;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletCommand;
import io.classbell.wallet.model.LedgerDecision.Done;
import io.classbell.wallet.model.LedgerDecision.Rejected;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WithdrawalPostingsTest {
  private static final String WALLET = "wallet:" + Commands.STUDENT;

  private final LedgerBench bench = new LedgerBench();

  @BeforeEach
  void fund() {
    done(Commands.deposit("d1", 5_000));
  }

  private void done(WalletCommand command) {
    assertThat(bench.decide(command)).isInstanceOf(Done.class);
  }

  private void rejected(RejectionCode code, WalletCommand command) {
    int posted = bench.postings().size();
    assertThat(bench.decide(command)).isEqualTo(new Rejected(code));
    assertThat(bench.postings().stream().skip(posted)).allMatch(p -> p.entries().isEmpty());
  }

  private void balances(long wallet, long payable, long clearing) {
    assertThat(bench.balance(WALLET)).isEqualTo(wallet);
    assertThat(bench.balance("payable")).isEqualTo(payable);
    assertThat(bench.balance("clearing:manual")).isEqualTo(clearing);
  }

  @Test
  void a_withdrawal_goes_from_the_wallet_to_payable_and_when_paid_to_clearing() {
    done(Commands.withdraw("w1", 3_000));
    balances(2_000, 3_000, 0);
    done(Commands.payOut("w1", 3_000));
    balances(2_000, 0, 3_000);
  }

  @Test
  void a_withdrawal_that_is_not_paid_returns_from_payable() {
    done(Commands.withdraw("w1", 3_000));
    done(Commands.returned("w1", 3_000));
    balances(5_000, 0, 0);
    rejected(WalletApi.NO_PAYABLE, Commands.payOut("w1", 3_000));
  }

  @Test
  void a_paid_withdrawal_returns_from_clearing_whole_or_in_parts() {
    done(Commands.withdraw("w1", 3_000));
    done(Commands.payOut("w1", 3_000));
    done(Commands.returnedPart("w1", "trr_1", 3_000, 1_000));
    done(Commands.returnedPart("w1", "trr_1", 3_000, 1_000));
    balances(3_000, 0, 2_000);
    done(Commands.returnedPart("w1", "trr_2", 3_000, 2_000));
    balances(5_000, 0, 0);
  }

  @Test
  void an_unpaid_withdrawal_is_not_returned_in_parts() {
    done(Commands.withdraw("w1", 3_000));
    rejected(WalletApi.NO_PAYABLE, Commands.returnedPart("w1", "trr_1", 3_000, 1_000));
    rejected(WalletApi.NO_PAYABLE, Commands.returnedPart("w1", "trr_1", 3_000, 3_000));
    balances(2_000, 3_000, 0);
  }

  @Test
  void nothing_is_paid_or_returned_for_a_withdrawal_that_was_not_reserved() {
    rejected(WalletApi.NO_PAYABLE, Commands.payOut("w1", 3_000));
    rejected(WalletApi.NO_PAYABLE, Commands.returned("w1", 3_000));
    done(Commands.withdraw("w1", 3_000));
    rejected(WalletApi.NO_PAYABLE, Commands.payOut("w1", 2_999));
    rejected(WalletApi.NO_PAYABLE, Commands.returned("w1", 2_999));
    balances(2_000, 3_000, 0);
  }

  @Test
  void a_withdrawal_is_paid_once_and_returned_once() {
    done(Commands.withdraw("w1", 3_000));
    done(Commands.withdraw("w1", 3_000));
    done(Commands.payOut("w1", 3_000));
    done(Commands.payOut("w1", 3_000));
    balances(2_000, 0, 3_000);
    done(Commands.returned("w1", 3_000));
    done(Commands.returned("w1", 3_000));
    balances(5_000, 0, 0);
    rejected(WalletApi.NO_PAYABLE, Commands.returnedPart("w1", "trr_1", 3_000, 1_000));
  }

  @Test
  void more_than_the_wallet_has_is_refused_for_ever() {
    rejected(WalletApi.INSUFFICIENT_CREDITS, Commands.withdraw("w1", 5_001));
    done(Commands.deposit("d2", 5_000));
    rejected(WalletApi.INSUFFICIENT_CREDITS, Commands.withdraw("w1", 5_001));
    rejected(WalletApi.NO_PAYABLE, Commands.payOut("w1", 5_001));
    balances(10_000, 0, 0);
  }

  @Test
  void test_credits_have_no_provider_that_pays_them_out() {
    rejected(
        WalletApi.UNKNOWN_PROVIDER, new WalletApi.Withdraw("w1", Commands.STUDENT, 1_000, "test"));
  }
}
