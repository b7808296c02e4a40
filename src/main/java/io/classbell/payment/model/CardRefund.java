package io.classbell.payment.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A refund that an admin asked for.
 *
 * @param amount credits, in 1/100 credit
 * @param money in the minor units of ISO 4217 of the purchase's currency
 * @param providerRef the provider's refund, once it is known
 * @param error the provider's code if it refused
 * @param sentAt real time of the first attempt
 */
public record CardRefund(
    String id,
    String purchaseId,
    long amount,
    long money,
    String reason,
    String adminId,
    Status status,
    @Nullable String providerRef,
    @Nullable String error,
    @Nullable Instant sentAt,
    Instant createdAt) {

  /** The names are those of the API and the table. */
  public enum Status {
    /** Written, and not sent yet. */
    requested,
    /** Sent; the outcome is not known. */
    sent,
    /** The provider has taken it; its money is on the way. */
    succeeded,
    /** The provider refused it, or its money came back. */
    failed
  }
}
