package io.classbell.wallet.model;

/**
 * The current state of a guarded account.
 *
 * @param balance in minor units; never below 0
 * @param held of a wallet: the amount held in escrows for its owner's bookings, in minor units
 */
public record LedgerAccount(String id, long balance, long held) {

  LedgerAccount plus(long amount) {
    return new LedgerAccount(id, Math.addExact(balance, amount), held);
  }

  LedgerAccount holding(long more) {
    return new LedgerAccount(id, balance, Math.addExact(held, more));
  }
}
