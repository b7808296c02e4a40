package io.classbell.wallet.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the ledger, once posted never changed. Its entries sum to 0; it may have none (a
 * free booking, a refusal that is remembered).
 *
 * @param amount what it was about in all, in minor units; a refund is a part of it
 * @param balanceAfter the wallet's balance that the command was answered, if any
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

  /** What a transaction is; the names are the API's and the table's. */
  public enum Kind {
    deposit,
    booking,
    move,
    refund,
    release,
    settlement,
    adjustment,
    /** The command was refused for want of credits, for good. */
    refused
  }

  /**
   * What a transaction refers to, for the history line and for whoever looks into it later.
   *
   * @param actorId who asked for it; null where the platform followed a rule
   * @param rule which rule decided the amounts
   * @param note the meeting's title, or an admin's reason
   */
  public record Reference(
      @Nullable String meetingId,
      @Nullable String bookingId,
      @Nullable String actorId,
      @Nullable String rule,
      @Nullable String note) {}
}
