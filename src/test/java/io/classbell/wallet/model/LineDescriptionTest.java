package io.classbell.wallet.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.wallet.model.Posting.Kind;
import org.junit.jupiter.api.Test;

class LineDescriptionTest {

  @Test
  void a_booking_names_its_class() {
    assertThat(LineDescription.of(Kind.booking, null, "Algebra", -2_500, 2_500, true))
        .isEqualTo("Booked: Algebra");
  }

  @Test
  void a_refund_tells_how_much_of_the_price_it_is_and_why() {
    assertThat(
            LineDescription.of(
                Kind.refund, "student_cancelled_late", "Algebra", 1_250, 2_500, true))
        .isEqualTo("Refund 50 %: cancelled too late for a full refund: Algebra");
    assertThat(LineDescription.of(Kind.refund, "meeting_cancelled", "Algebra", 2_500, 2_500, true))
        .isEqualTo("Refund 100 %: the class was cancelled: Algebra");
  }

  @Test
  void the_teachers_side_of_the_same_transaction_is_an_earning() {
    assertThat(
            LineDescription.of(
                Kind.refund, "student_cancelled_late", "Algebra", 1_125, 2_500, false))
        .isEqualTo("Earned: cancelled too late for a full refund: Algebra");
    assertThat(LineDescription.of(Kind.release, "class_held", "Algebra", 2_250, 2_500, false))
        .isEqualTo("Earned: the class took place: Algebra");
  }

  @Test
  void a_deposit_names_where_it_came_from() {
    assertThat(LineDescription.of(Kind.deposit, "test", null, 500, 500, false))
        .isEqualTo("Deposit of test credits");
    assertThat(LineDescription.of(Kind.deposit, "stripe", "Order 7", 500, 500, false))
        .isEqualTo("Deposit by Stripe: Order 7");
  }

  @Test
  void a_rule_without_words_of_its_own_is_named_as_it_is() {
    assertThat(LineDescription.of(Kind.refund, "seat_lost", "Algebra", 2_500, 2_500, true))
        .isEqualTo("Refund 100 %: seat lost: Algebra");
    assertThat(LineDescription.of(Kind.adjustment, null, "By phone", -500, 500, false))
        .isEqualTo("Adjustment: By phone");
  }
}
