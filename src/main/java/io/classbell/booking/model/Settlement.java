package io.classbell.booking.model;

import io.classbell.booking.api.BookingApi.Split;
import org.jspecify.annotations.Nullable;

/**
 * How a booking's credits are parted: decided once, stored with the booking, then posted by the
 * ledger. The parts add up to the price.
 *
 * @param kind the ledger transaction's kind: refund, release or settlement
 * @param rule which rule decided
 * @param actorId who asked for it; null where the platform did by rule
 */
public record Settlement(
    long student, long teacher, long fee, String kind, String rule, @Nullable String actorId) {

  /** As a rule split it; the rule names the posting's kind too. */
  public static Settlement of(Split split, @Nullable String actorId) {
    String kind = SettlementRule.of(split.rule()).postingKind();
    return new Settlement(
        split.student(), split.teacher(), split.fee(), kind, split.rule(), actorId);
  }

  Split toApi(boolean posted) {
    return new Split(student, teacher, fee, rule, posted);
  }
}
