package io.classbell.wallet.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the ledger; immutable once posted. Its entries sum to 0; it may have none (a
 * free booking, a recorded rejection).
 *
 * @param amount the total amount, in minor units; a refund is a part of it
 * @param balanceAfter the wallet's balance in the answer, if any
 */
public record Posting(
    String id,
    String commandId,
    Kind kind,
    Instant at,
    Reference reference,
    long amount,
    String inputHash,
    @Nullable Long balanceAfter,
    List<Entry> entries) {

  /** The kind of a transaction; the names are the API's and the table's. */
  public enum Kind {
    deposit,
    booking,
    move,
    refund,
    release,
    settlement,
    adjustment,
    /** Credits of a wallet become payable. */
    withdrawal,
    /** A provider paid a withdrawal. */
    payout,
    /** A withdrawal's credits went back to the wallet. */
    withdrawal_returned,
    /** Credits that were bought from a payment provider. */
    purchase,
    /** A refund or chargeback of a purchase, or its undoing. */
    purchase_reversal,
    /** Money of a provider that fits no purchase. */
    suspense,
    /** Credits that settle what the wallet's owner owes. */
    receivable_settled,
    /** The command was rejected permanently for insufficient credits. */
    refused
  }

  /**
   * The context of a transaction, for the history line and for investigations.
   *
   * @param actorId the user who caused it; null if the platform applied a rule
   * @param rule the rule that decided the amounts
   * @param note the meeting's title, or an admin's reason
   */
  public record Reference(
      @Nullable String meetingId,
      @Nullable String bookingId,
      @Nullable String actorId,
      @Nullable String rule,
      @Nullable String note) {}
}
