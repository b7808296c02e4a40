package io.classbell.booking.model;

import io.classbell.booking.api.BookingApi.Cancellation;
import io.classbell.booking.api.BookingApi.Policy;
import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.api.BookingApi.Tier;
import io.classbell.booking.api.BookingSettings;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a booking's price is divided, for every reason there is. The preview and the posting ask the
 * same function.
 *
 * <p>The student's part is rounded half up, so in the student's favour; the rest is the teacher's,
 * less the platform's fee of it, which is rounded down: the platform never takes more than its
 * percentage. The parts add up to the price exactly. No product overflows for any price.
 */
public final class CancellationPolicy {

  /** The policy as it is frozen on a booking made now. */
  public static Policy frozen(BookingSettings settings) {
    return settings.policy();
  }

  /**
   * What a student's cancellation gives. Null after the start: then it is not possible. A tier's
   * time counts inclusively, so exactly 24 h before start is 24 h before start.
   */
  public static @Nullable Split byStudent(
      Policy policy, long price, Instant startsAt, Instant now) {
    if (now.isAfter(startsAt)) {
      return null;
    }
    int percent = percentAt(policy, Duration.between(now, startsAt));
    SettlementRule rule =
        percent == 100
            ? SettlementRule.STUDENT_CANCELLED_EARLY
            : SettlementRule.STUDENT_CANCELLED_LATE;
    return split(policy, price, percent, rule);
  }

  /** The same as a preview, with the last instant at which everything is given back. */
  public static @Nullable Cancellation preview(
      Policy policy, long price, Instant startsAt, Instant now) {
    Split split = byStudent(policy, price, startsAt, now);
    return split == null
        ? null
        : new Cancellation(
            price,
            split.student(),
            split.teacher(),
            split.fee(),
            split.rule(),
            fullRefundUntil(policy, startsAt));
  }

  /** The last instant at which the student gets everything back; null where there is none. */
  public static @Nullable Instant fullRefundUntil(Policy policy, Instant startsAt) {
    return policy.tiers().stream()
        .filter(t -> t.studentPercent() == 100)
        .map(Tier::before)
        .min(Duration::compareTo)
        .map(startsAt::minus)
        .orElse(null);
  }

  /** Whether the student would get everything back: the condition for a move. */
  public static boolean fullyRefundable(Policy policy, Instant startsAt, Instant now) {
    Instant until = fullRefundUntil(policy, startsAt);
    return until != null && !now.isAfter(until);
  }

  /** The teacher or an admin cancelled: every student gets everything back. */
  public static Split meetingCancelled(Policy policy, long price) {
    return split(policy, price, 100, SettlementRule.MEETING_CANCELLED);
  }

  /** A move that was not through in time: the student gets everything back. */
  public static Split moveTooLate(Policy policy, long price) {
    return split(policy, price, 100, SettlementRule.MOVE_TOO_LATE);
  }

  /** The class took place: the teacher earns the price, less the fee. */
  public static Split classHeld(Policy policy, long price) {
    return split(policy, price, 0, SettlementRule.CLASS_HELD);
  }

  /**
   * Divides a price.
   *
   * @param studentPercent 0 to 100
   */
  public static Split split(Policy policy, long price, int studentPercent, SettlementRule rule) {
    if (price < 0 || studentPercent < 0 || studentPercent > 100) {
      throw new IllegalArgumentException(
          "no split: price %d, student %d %%".formatted(price, studentPercent));
    }
    long student = percentHalfUp(price, studentPercent);
    long rest = price - student;
    long fee = percentDown(rest, policy.feePercent());
    return new Split(student, rest - fee, fee, rule.code(), false);
  }

  private static int percentAt(Policy policy, Duration left) {
    for (Tier tier : policy.tiers()) {
      if (left.compareTo(tier.before()) >= 0) {
        return tier.studentPercent();
      }
    }
    return 0;
  }

  private static long percentHalfUp(long amount, int percent) {
    return amount / 100 * percent + (amount % 100 * percent + 50) / 100;
  }

  private static long percentDown(long amount, int percent) {
    return amount / 100 * percent + amount % 100 * percent / 100;
  }

  private CancellationPolicy() {}
}
