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

  private static final Map<String, String> PAYERS =
      Map.of("stripe", "by Stripe", "paypal", "by PayPal", "manual", "by bank transfer");

  private static final Map<String, String> PURCHASES =
      Map.of("stripe", " with Stripe", "paypal", " with PayPal");

  private static final Map<String, String> REVERSALS =
      Map.of(
          "card_refund", "Credits returned for a refund of your payment",
          "card_refund_failed", "Credits given back, because the refund failed",
          "chargeback", "Credits returned for a payment that was charged back",
          "chargeback_reversed", "Credits given back, because the chargeback was reversed");

  private static final Map<String, String> RULES =
      Map.ofEntries(
          Map.entry("student_cancelled_early", "cancelled in time"),
          Map.entry("student_cancelled_late", "cancelled too late for a full refund"),
          Map.entry("meeting_cancelled", "the class was cancelled"),
          Map.entry("move_too_late", "the class began before the move was through"),
          Map.entry("class_held", "the class took place"),
          Map.entry("review_refund_students", "a review decided for the student"),
          Map.entry("review_pay_teacher", "a review decided for the teacher"),
          Map.entry("review_split", "a review divided the price"),
          Map.entry("dispute_agreed", "both sides of the dispute agreed"),
          Map.entry("dispute_decided", "the dispute was decided"),
          Map.entry("withdrawal_cancelled", "you cancelled it"),
          Map.entry("withdrawal_rejected", "it was rejected"),
          Map.entry("withdrawal_failed", "it could not be paid"),
          Map.entry("withdrawal_returned", "it came back"));

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
      case purchase ->
          joined("Credits bought" + PURCHASES.getOrDefault(String.valueOf(rule), ""), title);
      case purchase_reversal -> joined(reversal(rule), title);
      case suspense -> joined("Unassigned payment", title);
      case receivable_settled -> "Owed credits settled";
      case booking -> joined("Booked", title);
      case move -> joined("Moved", title);
      case adjustment -> joined("Adjustment", title);
      case withdrawal -> joined("Withdrawal", by(rule), title);
      case payout -> joined("Withdrawal paid", by(rule), title);
      case withdrawal_returned -> joined("Withdrawal returned", because(rule), title);
      case refused -> joined("Refused", title);
      case refund, release, settlement ->
          asStudent
              ? joined("Refund " + percent(amount, total) + " %", because(rule), title)
              : joined("Earned", because(rule), title);
    };
  }

  private static @Nullable String by(@Nullable String provider) {
    return provider == null ? null : PAYERS.getOrDefault(provider, provider);
  }

  private static String reversal(@Nullable String rule) {
    return REVERSALS.getOrDefault(String.valueOf(rule), "Purchase reversed");
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
