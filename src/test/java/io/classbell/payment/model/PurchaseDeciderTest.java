package io.classbell.payment.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.payment.model.Leg.Kind;
import io.classbell.payment.model.PaymentFact.Chargeback;
import io.classbell.payment.model.PaymentFact.Ended;
import io.classbell.payment.model.PaymentFact.Paid;
import io.classbell.payment.model.PaymentFact.Processing;
import io.classbell.payment.model.PaymentFact.Refund;
import io.classbell.payment.model.Purchase.State;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PurchaseDeciderTest {
  private final PurchaseBench bench = new PurchaseBench(1_000, 1_000);

  private static Paid paid(String ref, long money) {
    return new Paid(ref, PurchaseBench.eur(money));
  }

  private static Refund refund(String ref, long money, boolean failed) {
    return new Refund(ref, PurchaseBench.eur(money), failed, null);
  }

  private static Chargeback dispute(long money, @Nullable Money back) {
    return new Chargeback("d1", PurchaseBench.eur(money), back);
  }

  @Test
  void a_payment_is_credited_once() {
    bench.see(paid("pi_1", 1_000), paid("pi_1", 1_000));
    assertThat(bench.commands()).containsExactly("purchase:p1");
    assertThat(bench.user()).isEqualTo(1_000);
    assertThat(bench.purchase().status()).isEqualTo("pending");
    assertThat(bench.credited().status()).isEqualTo("paid");
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"failed", "expired", "cancelled"})
  void late_money_is_credited_all_the_same(State ended) {
    bench.see(new Ended(ended));
    assertThat(bench.purchase().state()).isEqualTo(ended);
    bench.see(paid("pi_1", 1_000));
    assertThat(bench.purchase().state()).isEqualTo(State.paid);
    assertThat(bench.user()).isEqualTo(1_000);
  }

  @Test
  void a_paid_purchase_does_not_end() {
    bench.see(paid("pi_1", 1_000), new Ended(State.expired), new Processing());
    assertThat(bench.purchase().state()).isEqualTo(State.paid);
  }

  @Test
  void a_delayed_payment_stays_pending() {
    bench.see(new Processing());
    assertThat(bench.purchase().state()).isEqualTo(State.pending);
    assertThat(bench.commands()).isEmpty();
  }

  @Test
  void a_wrong_amount_goes_to_suspense() {
    bench.see(paid("pi_1", 999));
    assertThat(bench.legs())
        .singleElement()
        .satisfies(
            leg -> {
              assertThat(leg.kind()).isEqualTo(Kind.suspense);
              assertThat(leg.reason()).isEqualTo(PurchaseDecider.WRONG_AMOUNT);
              assertThat(leg.credits()).isEqualTo(999);
            });
    assertThat(bench.purchase().state()).isEqualTo(State.pending);
  }

  @Test
  void another_currency_goes_to_suspense() {
    bench.see(new Paid("pi_1", new Money(1_000, "USD")));
    assertThat(bench.legs().getFirst().reason()).isEqualTo(PurchaseDecider.WRONG_CURRENCY);
  }

  @Test
  void a_second_payment_goes_to_suspense_once() {
    bench.see(paid("pi_1", 1_000), paid("pi_2", 1_000), paid("pi_2", 1_000));
    assertThat(bench.commands()).containsExactly("purchase:p1", "suspense:pi_2");
    assertThat(bench.legs().getLast().reason()).isEqualTo(PurchaseDecider.PAID_TWICE);
    assertThat(bench.user()).isEqualTo(1_000);
  }

  @Test
  void refunds_in_parts_are_posted_one_by_one() {
    bench.see(paid("pi_1", 1_000), refund("re_1", 300, false), refund("re_1", 300, false));
    assertThat(bench.user()).isEqualTo(700);
    assertThat(bench.credited().status()).isEqualTo("partially_refunded");
    bench.see(refund("re_2", 700, false));
    assertThat(bench.user()).isZero();
    assertThat(bench.credited().status()).isEqualTo("refunded");
  }

  @Test
  void a_refund_that_fails_after_it_succeeded_gives_the_credits_back() {
    bench.see(paid("pi_1", 1_000), refund("re_1", 300, false), refund("re_1", 300, true));
    assertThat(bench.user()).isEqualTo(1_000);
    assertThat(bench.credited().status()).isEqualTo("paid");
    assertThat(bench.commands())
        .containsExactly("purchase:p1", "refund:re_1", "refund:re_1:failed");
  }

  @Test
  void a_failed_refund_whose_success_was_lost_leaves_the_same_ledger() {
    bench.see(paid("pi_1", 1_000), refund("re_1", 300, true));
    assertThat(bench.commands())
        .containsExactly("purchase:p1", "refund:re_1", "refund:re_1:failed");
    bench.see(refund("re_1", 300, false));
    assertThat(bench.user()).isEqualTo(1_000);
  }

  @Test
  void our_own_refund_takes_exactly_the_credits_that_the_admin_chose() {
    PurchaseBench thirds = new PurchaseBench(1_000, 333);
    thirds.see(paid("pi_1", 333));
    thirds.seeOwn(new Refund("re_1", PurchaseBench.eur(111), false, "r1"), 334);
    assertThat(thirds.user()).isEqualTo(666);
  }

  @Test
  void a_chargeback_and_its_end_move_the_credits_there_and_back() {
    bench.see(paid("pi_1", 1_000), dispute(1_000, null));
    assertThat(bench.user()).isZero();
    assertThat(bench.credited().status()).isEqualTo("charged_back");
    bench.see(dispute(1_000, PurchaseBench.eur(1_000)));
    assertThat(bench.user()).isEqualTo(1_000);
    assertThat(bench.credited().status()).isEqualTo("paid");
  }

  @Test
  void a_dispute_of_more_than_the_charge_is_the_platforms_loss() {
    bench.see(paid("pi_1", 1_000), dispute(1_200, null));
    assertThat(bench.user()).isZero();
    assertThat(bench.loss()).isEqualTo(200);
  }

  @Test
  void refund_and_chargeback_together_take_the_purchase_once() {
    bench.see(paid("pi_1", 1_000), refund("re_1", 600, false), dispute(1_000, null));
    assertThat(bench.user()).isZero();
    assertThat(bench.loss()).isEqualTo(600);
    bench.see(refund("re_1", 600, true));
    assertThat(bench.user()).isZero();
    assertThat(bench.loss()).isZero();
  }

  @Test
  void a_refund_before_its_payment_ends_in_the_same_balance() {
    bench.see(refund("re_1", 1_000, false), paid("pi_1", 1_000));
    assertThat(bench.user()).isZero();
    assertThat(bench.credited().status()).isEqualTo("refunded");
  }

  @Test
  void facts_of_unknown_purchases_go_to_suspense_and_leave_it() {
    List<Leg> in = PurchaseDecider.decideUnknown(paid("pi_9", 500), Money::minor);
    List<Leg> out = PurchaseDecider.decideUnknown(refund("re_9", 500, false), Money::minor);
    assertThat(in.getFirst().credits() + out.getFirst().credits()).isZero();
    assertThat(PurchaseDecider.decideUnknown(new Processing(), Money::minor)).isEmpty();
  }
}
