package io.classbell.wallet.model;

import io.classbell.platform.failure.RejectionCode;
import io.classbell.wallet.api.WalletAnswer;

/** The decision on a command. */
public sealed interface LedgerDecision {

  /** The command took effect, now or when it was first sent. */
  record Done(WalletAnswer answer) implements LedgerDecision {}

  /** The command has no effect. */
  record Rejected(RejectionCode refusal) implements LedgerDecision {}
}
