package io.classbell.wallet.model;

import io.classbell.platform.failure.RejectionCode;
import io.classbell.wallet.api.WalletAnswer;

/** What the ledger says to a command. */
public sealed interface LedgerDecision {

  /** It has its effect, now or since it first came. */
  record Done(WalletAnswer answer) implements LedgerDecision {}

  /** It moved nothing, and will not. */
  record Rejected(RejectionCode refusal) implements LedgerDecision {}
}
