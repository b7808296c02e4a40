package io.classbell.wallet.model;

import io.classbell.wallet.model.Posting.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds the description of a history line: the kind of transaction, the rule that applied and the
 * class.
 */
public final class LineDescription {
  private static final Map<String, String> PROVIDERS =
      Map.of(
          "test", "Deposit of test credits",
          "stripe", "Deposit by Stripe",
          "paypal", "Deposit by PayPal",
          "manual", "Deposit by hand");

  private static final Map<String, String> RULES =
      Map.of(
          "student_cancelled_early", "cancelled in time",
          "student_cancelled_late", "cancelled too late for a full refund",
          "meeting_cancelled", "the class was cancelled",
          "move_too_late", "the class began before the move was through",
          "class_held", "the class took place",
          "review_refund_students", "a review decided for the student",
          "review_pay_teacher", "a review decided for the teacher",
          "review_split", "a review divided the price");

  /**
   * Returns the description of a wallet's line.
   *
   * @param title the meeting's title or a remark
   * @param amount the line's amount, signed
   * @param total the total amount of the transaction
   * @param asStudent whether the wallet is that of the booking's student
   */
  public static String of(
      Kind kind,
      @Nullable String rule,
      @Nullable String title,
      long amount,
      long total,
      boolean asStudent) {
    return switch (kind) {
      case deposit -> joined(PROVIDERS.getOrDefault(String.valueOf(rule), "Deposit"), title);
      case booking -> joined("Booked", title);
      case move -> joined("Moved", title);
      case adjustment -> joined("Adjustment", title);
      case refused -> joined("Refused", title);
      case refund, release, settlement ->
          asStudent
              ? joined("Refund " + percent(amount, total) + " %", because(rule), title)
              : joined("Earned", because(rule), title);
    };
  }

  private static long percent(long amount, long total) {
    return total == 0 ? 100 : (amount * 100 + total / 2) / total;
  }

  /** Returns the text of a rule; a rule without a text is shown by its name. */
  private static @Nullable String because(@Nullable String rule) {
    return rule == null ? null : RULES.getOrDefault(rule, rule.replace('_', ' '));
  }

  private static String joined(String what, @Nullable String... more) {
    StringBuilder text = new StringBuilder(what);
    for (String part : more) {
      if (part != null && !part.isBlank()) {
        text.append(": ").append(part);
      }
    }
    return text.toString();
  }

  private LineDescription() {}
}
