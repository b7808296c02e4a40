package io.classbell.booking.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.booking.BookingDefaults;
import io.classbell.booking.api.BookingApi.Cancellation;
import io.classbell.booking.api.BookingApi.Policy;
import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.api.BookingApi.Tier;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CancellationPolicyTest {
  private static final Instant START = Instant.parse("2030-03-01T10:00:00Z");
  private static final Policy DEFAULT = CancellationPolicy.frozen(BookingDefaults.SETTINGS);

  @ParameterizedTest
  @CsvSource({
    "PT720H,         2500, 2500,    0,   0, student_cancelled_early",
    "PT24H0.001S,    2500, 2500,    0,   0, student_cancelled_early",
    "PT24H,          2500, 2500,    0,   0, student_cancelled_early",
    "PT23H59M59.999S,2500, 1250, 1125, 125, student_cancelled_late",
    "PT0.001S,       2500, 1250, 1125, 125, student_cancelled_late",
    "PT0S,           2500, 1250, 1125, 125, student_cancelled_late",
    "PT1H,              1,    1,    0,   0, student_cancelled_late",
    "PT1H,              3,    2,    1,   0, student_cancelled_late",
    "PT1H,           2501, 1251, 1125, 125, student_cancelled_late",
    "PT1H,              0,    0,    0,   0, student_cancelled_late",
  })
  void a_students_cancellation_is_split_by_how_long_before_the_start_it_comes(
      Duration before, long price, long student, long teacher, long fee, String rule) {
    assertThat(CancellationPolicy.byStudent(DEFAULT, price, START, START.minus(before)))
        .isEqualTo(new Split(student, teacher, fee, rule, false));
  }

  @Test
  void after_the_start_a_student_cannot_cancel() {
    Instant after = START.plusMillis(1);
    assertThat(CancellationPolicy.byStudent(DEFAULT, 2500, START, after)).isNull();
    assertThat(CancellationPolicy.preview(DEFAULT, 2500, START, after)).isNull();
  }

  @Test
  void the_preview_names_the_last_instant_of_a_full_refund() {
    assertThat(CancellationPolicy.preview(DEFAULT, 2500, START, START.minus(Duration.ofHours(2))))
        .isEqualTo(
            new Cancellation(
                2500,
                1250,
                1125,
                125,
                "student_cancelled_late",
                Instant.parse("2030-02-28T10:00:00Z")));
  }

  @Test
  void without_a_tier_of_a_hundred_percent_nothing_is_fully_refundable() {
    Policy strict = new Policy(List.of(new Tier(Duration.ZERO, 80)), 10);
    assertThat(CancellationPolicy.fullRefundUntil(strict, START)).isNull();
    assertThat(CancellationPolicy.fullyRefundable(strict, START, START.minusSeconds(999_999)))
        .isFalse();
  }

  @Test
  void a_full_refund_ends_right_after_its_last_instant() {
    Instant until = START.minus(Duration.ofHours(24));
    assertThat(CancellationPolicy.fullyRefundable(DEFAULT, START, until)).isTrue();
    assertThat(CancellationPolicy.fullyRefundable(DEFAULT, START, until.plusMillis(1))).isFalse();
  }

  @Test
  void a_policy_of_several_tiers_takes_the_first_that_is_reached() {
    Policy steps =
        new Policy(
            List.of(
                new Tier(Duration.ofDays(7), 100),
                new Tier(Duration.ofHours(48), 75),
                new Tier(Duration.ofHours(2), 25),
                new Tier(Duration.ZERO, 0)),
            20);
    assertThat(student(steps, Duration.ofDays(7))).isEqualTo(1000);
    assertThat(student(steps, Duration.ofDays(7).minusMillis(1))).isEqualTo(750);
    assertThat(student(steps, Duration.ofHours(48))).isEqualTo(750);
    assertThat(student(steps, Duration.ofHours(47))).isEqualTo(250);
    assertThat(student(steps, Duration.ofMinutes(119))).isZero();
    assertThat(student(steps, Duration.ZERO)).isZero();
  }

  @Test
  void a_frozen_policy_that_has_no_tier_for_the_instant_gives_nothing_back() {
    Policy gap = new Policy(List.of(new Tier(Duration.ofHours(1), 100)), 10);
    assertThat(student(gap, Duration.ofMinutes(59))).isZero();
  }

  @Test
  void a_cancelled_meeting_gives_all_back_and_a_held_class_pays_the_teacher_less_the_fee() {
    assertThat(CancellationPolicy.meetingCancelled(DEFAULT, 2500))
        .isEqualTo(new Split(2500, 0, 0, "meeting_cancelled", false));
    assertThat(CancellationPolicy.classHeld(DEFAULT, 2500))
        .isEqualTo(new Split(0, 2250, 250, "class_held", false));
    assertThat(CancellationPolicy.classHeld(DEFAULT, 9))
        .as("the fee is rounded down")
        .isEqualTo(new Split(0, 9, 0, "class_held", false));
  }

  @ParameterizedTest
  @EnumSource(SettlementRule.class)
  void every_rule_is_found_by_its_code_and_has_a_kind_of_posting(SettlementRule rule) {
    assertThat(SettlementRule.of(rule.code())).isEqualTo(rule);
    assertThat(rule.code()).matches("[a-z_]+");
    assertThat(rule.postingKind()).isIn("refund", "release", "settlement");
  }

  @Test
  void every_small_price_splits_exactly_at_every_percentage() {
    for (int fee : new int[] {0, 1, 10, 33, 99, 100}) {
      Policy policy = new Policy(List.of(), fee);
      for (long price = 0; price <= 250; price++) {
        for (int percent = 0; percent <= 100; percent++) {
          assertSplit(policy, price, percent);
        }
      }
    }
  }

  @Property
  void any_price_splits_exactly(
      @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long price,
      @ForAll @IntRange(max = 100) int percent,
      @ForAll @IntRange(max = 100) int fee) {
    assertSplit(new Policy(List.of(), fee), price, percent);
  }

  @Property
  void cancelling_later_never_gives_more(
      @ForAll @LongRange(min = 0, max = 1_000_000_000_000L) long price,
      @ForAll @LongRange(min = 0, max = 400_000_000L) long millisBefore,
      @ForAll @LongRange(min = 0, max = 400_000_000L) long millisLater) {
    long later = Math.min(millisBefore, millisLater);
    long earlier = Math.max(millisBefore, millisLater);
    assertThat(student(DEFAULT, price, Duration.ofMillis(later)))
        .isLessThanOrEqualTo(student(DEFAULT, price, Duration.ofMillis(earlier)));
  }

  @Test
  void what_is_no_percentage_or_price_is_refused() {
    SettlementRule rule = SettlementRule.REVIEW_SPLIT;
    assertThatThrownBy(() -> CancellationPolicy.split(DEFAULT, 1, 101, rule))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CancellationPolicy.split(DEFAULT, 1, -1, rule))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CancellationPolicy.split(DEFAULT, -1, 50, rule))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Against the definition, in numbers that cannot overflow. */
  private static void assertSplit(Policy policy, long price, int percent) {
    Split split = CancellationPolicy.split(policy, price, percent, SettlementRule.REVIEW_SPLIT);
    BigInteger hundred = BigInteger.valueOf(100);
    BigInteger student =
        BigInteger.valueOf(price)
            .multiply(BigInteger.valueOf(percent))
            .add(BigInteger.valueOf(50))
            .divide(hundred);
    BigInteger rest = BigInteger.valueOf(price).subtract(student);
    BigInteger fee = rest.multiply(BigInteger.valueOf(policy.feePercent())).divide(hundred);
    assertThat(split.student()).isEqualTo(student.longValueExact());
    assertThat(split.fee()).isEqualTo(fee.longValueExact());
    assertThat(split.teacher()).isNotNegative();
    assertThat(split.student() + split.teacher() + split.fee()).isEqualTo(price);
  }

  private static long student(Policy policy, Duration before) {
    return student(policy, 1000, before);
  }

  private static long student(Policy policy, long price, Duration before) {
    return Objects.requireNonNull(
            CancellationPolicy.byStudent(policy, price, START, START.minus(before)))
        .student();
  }
}
