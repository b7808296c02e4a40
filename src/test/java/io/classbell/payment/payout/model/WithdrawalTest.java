package io.classbell.payment.payout.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.classbell.payment.api.PayoutApi;
import io.classbell.payment.payout.model.PaymentReport.Phase;
import io.classbell.payment.payout.model.Withdrawal.Payee;
import io.classbell.payment.payout.model.Withdrawal.Posting;
import io.classbell.payment.payout.model.Withdrawal.Status;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.RejectionCode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WithdrawalTest {
  private static final Instant AT = Instant.parse("2031-03-04T15:00:00Z");
  private static final Instant LATER = AT.plusSeconds(60);
  private static final long SECOND_ABOVE = 10_000;
  private static final Payee BY_HAND = new Payee("manual", "IBAN", "EUR", "50.00");
  private static final Payee BY_STRIPE = new Payee("stripe", "acct_1", "EUR", "50.00");

  private static Withdrawal requested(Payee payee, long amount) {
    return Withdrawal.create("w1", "teacher", amount, payee, AT).reserved(AT);
  }

  private static Withdrawal approved(Payee payee) {
    return requested(payee, 5_000).approve("admin", SECOND_ABOVE, AT);
  }

  private static Withdrawal sending() {
    return approved(BY_STRIPE).send(AT, LATER);
  }

  private static PaymentReport report(Phase phase) {
    return new PaymentReport(phase, "tr_1", "word", phase == Phase.failed ? "closed" : null);
  }

  private static Withdrawal inState(Status status) {
    Withdrawal byHand = approved(BY_HAND);
    return switch (status) {
      case reserving -> Withdrawal.create("w1", "teacher", 5_000, BY_HAND, AT);
      case refused -> inState(Status.reserving).refused("insufficient_credits", AT);
      case requested -> requested(BY_HAND, 5_000);
      case approved -> byHand;
      case sending -> sending();
      case paid -> byHand.paidByHand("admin", "R1", AT).posted(Posting.pay, AT);
      case failed -> sending().reported(report(Phase.failed), AT, LATER);
      case returned -> sending().reported(report(Phase.returned), AT, LATER);
      case rejected -> byHand.reject("admin", "no", AT);
      case cancelled -> requested(BY_HAND, 5_000).cancel(AT);
    };
  }

  private static void rejects(RejectionCode code, Runnable transition) {
    assertThat(catchThrowableOfType(RejectedException.class, transition::run).failure().code())
        .isEqualTo(code.code());
  }

  @Test
  void credits_are_reserved_first_and_a_refusal_ends_it() {
    Withdrawal created = inState(Status.reserving);
    assertThat(created.nextPosting()).isEqualTo(Posting.reserve);
    assertThat(created.isShown()).isFalse();
    Withdrawal reserved = created.posted(Posting.reserve, LATER);
    assertThat(reserved.status()).isEqualTo(Status.requested);
    assertThat(reserved.nextPosting()).isNull();
    Withdrawal refused = created.refused("insufficient_credits", LATER);
    assertThat(refused.isShown()).isFalse();
    assertThat(refused.nextPosting()).isNull();
    assertThat(refused.reserved(LATER)).isEqualTo(refused);
  }

  @Test
  void one_admin_approves_up_to_the_limit_and_two_above_it() {
    assertThat(requested(BY_HAND, SECOND_ABOVE).approve("a1", SECOND_ABOVE, AT).status())
        .isEqualTo(Status.approved);
    Withdrawal once = requested(BY_HAND, SECOND_ABOVE + 1).approve("a1", SECOND_ABOVE, AT);
    assertThat(once.status()).isEqualTo(Status.requested);
    assertThat(once.approvalsMissing(SECOND_ABOVE)).isEqualTo(1);
    rejects(PayoutApi.SECOND_ADMIN_NEEDED, () -> once.approve("a1", SECOND_ABOVE, AT));
    Withdrawal twice = once.approve("a2", SECOND_ABOVE, AT);
    assertThat(twice.status()).isEqualTo(Status.approved);
    assertThat(twice.decisions().approvers()).containsExactly("a1", "a2");
  }

  @Test
  void nobody_approves_or_pays_their_own() {
    rejects(
        PayoutApi.OWN_WITHDRAWAL,
        () -> requested(BY_HAND, 5_000).approve("teacher", SECOND_ABOVE, AT));
    Withdrawal once = requested(BY_HAND, 50_000).approve("a1", SECOND_ABOVE, AT);
    rejects(PayoutApi.OWN_WITHDRAWAL, () -> once.approve("teacher", SECOND_ABOVE, AT));
    rejects(PayoutApi.OWN_WITHDRAWAL, () -> approved(BY_HAND).paidByHand("teacher", "R", AT));
  }

  @ParameterizedTest
  @EnumSource(Status.class)
  void a_withdrawal_is_approved_rejected_cancelled_and_paid_in_its_states_only(Status status) {
    Withdrawal w = inState(status);
    EnumSet<Status> rejectable = EnumSet.of(Status.requested, Status.approved);
    if (status != Status.requested) {
      rejects(PayoutApi.NOT_OPEN, () -> w.approve("other", SECOND_ABOVE, AT));
    }
    if (!rejectable.contains(status)) {
      rejects(PayoutApi.NOT_OPEN, () -> w.reject("other", "no", AT));
    }
    if (status != Status.requested && status != Status.cancelled) {
      rejects(PayoutApi.NOT_CANCELLABLE, () -> w.cancel(AT));
    }
    if (status != Status.approved) {
      rejects(PayoutApi.NOT_OPEN, () -> w.paidByHand("other", "R2", AT));
      assertThatThrownBy(() -> w.send(AT, LATER)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void decisions_that_are_repeated_change_nothing() {
    for (Withdrawal w :
        new Withdrawal[] {
          inState(Status.cancelled), inState(Status.rejected), inState(Status.paid)
        }) {
      Withdrawal again =
          switch (w.status()) {
            case cancelled -> w.cancel(LATER);
            case rejected -> w.reject("admin", "no", LATER);
            default -> w.paidByHand("admin", "R1", LATER);
          };
      assertThat(again).isEqualTo(w);
    }
  }

  @Test
  void the_ledger_follows_a_payment_and_a_return() {
    assertThat(approved(BY_HAND).paidByHand("admin", "R1", AT).nextPosting())
        .isEqualTo(Posting.pay);
    assertThat(inState(Status.paid).nextPosting()).isNull();
    for (Status back :
        EnumSet.of(Status.failed, Status.returned, Status.rejected, Status.cancelled)) {
      Withdrawal w = inState(back);
      assertThat(w.nextPosting()).isEqualTo(Posting.giveBack);
      assertThat(w.posted(Posting.giveBack, AT).nextPosting()).isNull();
    }
  }

  @Test
  void reports_of_a_provider_lead_to_an_end_and_stay_there() {
    Withdrawal open = sending().reported(report(Phase.open), AT, LATER);
    assertThat(open.status()).isEqualTo(Status.sending);
    assertThat(open.payment().reference()).isEqualTo("tr_1");
    assertThat(open.payment().lookAt()).isEqualTo(LATER);

    Withdrawal paid = open.reported(report(Phase.paid), AT, LATER);
    assertThat(paid.status()).isEqualTo(Status.paid);
    assertThat(paid.payment().lookAt()).isNull();
    assertThat(paid.reported(report(Phase.open), AT, LATER)).isEqualTo(paid);
    assertThat(paid.reported(report(Phase.failed), AT, LATER)).isEqualTo(paid);
    assertThat(paid.reported(report(Phase.returned), AT, LATER).status())
        .isEqualTo(Status.returned);

    Withdrawal failed = open.reported(report(Phase.failed), AT, LATER);
    assertThat(failed.status()).isEqualTo(Status.failed);
    assertThat(failed.reason()).isEqualTo("closed");
    for (Phase phase : Phase.values()) {
      assertThat(failed.reported(report(phase), AT, LATER)).isEqualTo(failed);
    }
  }

  @Test
  void a_withdrawal_that_came_back_before_its_payment_was_posted_is_only_given_back() {
    Withdrawal returned =
        sending()
            .reported(report(Phase.paid), AT, LATER)
            .reported(report(Phase.returned), AT, LATER);
    assertThat(returned.nextPosting()).isEqualTo(Posting.giveBack);
  }

  @ParameterizedTest
  @CsvSource({
    "2500, EUR, 1.00, 25.00",
    "2599, EUR, 0.333333, 8.66",
    "2500, JPY, 150, 3750",
    "2501, HUF, 400, 10004",
    "2599, UGX, 1.5, 38",
    "2500, KWD, 0.3335, 8.33",
    "1, EUR, 0.5, 0.00"
  })
  void the_money_of_a_withdrawal_is_rounded_down_to_what_providers_pay(
      long amount, String currency, BigDecimal price, String value) {
    assertThat(PayoutValue.of(amount, currency, price).text()).isEqualTo(value);
  }
}
