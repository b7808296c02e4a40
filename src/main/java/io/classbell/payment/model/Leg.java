package io.classbell.payment.model;

import org.jspecify.annotations.Nullable;

/**
 * A movement of money at a provider and the ledger command that posts it. The command is named
 * after the provider's object, so that a movement that is seen several times is posted once.
 *
 * @param command the id of the wallet's command
 * @param ref the provider's object
 * @param money signed: positive amounts arrived
 * @param currency null if it is none that the platform knows
 * @param credits signed: what the user gets, or what goes to suspense
 * @param loss what the platform bears of a reversal, signed: positive amounts are lost
 * @param reason of money in suspense: why it fits no purchase
 */
public record Leg(
    String command,
    @Nullable String purchaseId,
    Kind kind,
    String ref,
    long money,
    String currency,
    long credits,
    long loss,
    @Nullable String reason) {

  /** The kinds of movements; the names are the table's. */
  public enum Kind {
    credit,
    card_refund,
    card_refund_failed,
    chargeback,
    chargeback_reversed,
    suspense
  }

  /** The credits that a reversal is worth, whoever bears them; positive amounts were taken. */
  long reversed() {
    return kind == Kind.credit || kind == Kind.suspense ? 0 : Math.addExact(-credits, loss);
  }
}
