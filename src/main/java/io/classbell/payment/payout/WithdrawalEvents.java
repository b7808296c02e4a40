package io.classbell.payment.payout;

import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.payment.payout.model.Withdrawal;
import io.classbell.payment.payout.model.Withdrawal.Status;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What users are told of withdrawals. An event that is told twice is shown once. */
final class WithdrawalEvents {

  /** Returns the events of a change of state; none if there is nothing to tell. */
  static List<Fact> of(Withdrawal before, Withdrawal after, Instant at) {
    if (before.status() == after.status()) {
      return List.of();
    }
    return switch (after.status()) {
      case requested ->
          List.of(
              fact(Kind.withdrawal_requested, after, after.userId(), "teacher", at),
              fact(Kind.withdrawal_requested, after, NotificationApi.ADMINS, "admin", at));
      case paid -> List.of(fact(Kind.withdrawal_paid, after, after.userId(), "teacher", at));
      case failed, rejected, returned ->
          List.of(fact(Kind.withdrawal_failed, after, after.userId(), "teacher", at));
      case reserving, refused, approved, sending, cancelled -> List.of();
    };
  }

  private static Fact fact(
      Kind kind, Withdrawal withdrawal, String to, String audience, Instant at) {
    Map<String, String> data = new HashMap<>();
    data.put("audience", audience);
    data.put("teacherId", withdrawal.userId());
    data.put("withdrawalId", withdrawal.id());
    data.put("amount", Long.toString(withdrawal.amount()));
    if (withdrawal.status() == Status.rejected && withdrawal.reason() != null) {
      data.put("reason", withdrawal.reason());
    }
    return new Fact(kind.name() + ":" + withdrawal.id(), to, kind, at, data);
  }

  private WithdrawalEvents() {}
}
