package io.classbell.wallet.model;

/**
 * The current state of a guarded account.
 *
 * @param balance in minor units; never below 0
 * @param held of a wallet: the amount held in escrows for its owner's bookings, in minor units
 * @param receivable of a wallet: what its owner owes, in minor units; the balance is 0 then
 */
public record LedgerAccount(String id, long balance, long held, long receivable) {

  LedgerAccount plus(long amount) {
    return new LedgerAccount(id, Math.addExact(balance, amount), held, receivable);
  }

  LedgerAccount holding(long more) {
    return new LedgerAccount(id, balance, Math.addExact(held, more), receivable);
  }

  LedgerAccount owing(long more) {
    return new LedgerAccount(id, balance, held, Math.addExact(receivable, more));
  }
}
