package io.classbell.wallet;

import io.classbell.platform.bus.Refusal;

/** What the ledger says to a command. */
sealed interface Decision {

  /** It has its effect, now or since it first came. */
  record Done(WalletAnswer answer) implements Decision {}

  /** It moved nothing, and will not. */
  record No(Refusal refusal) implements Decision {}
}
