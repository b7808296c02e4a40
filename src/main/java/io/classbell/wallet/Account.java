package io.classbell.wallet;

/**
 * A guarded account as it stands.
 *
 * @param balance what is in it, in minor units; never below 0
 * @param held of a wallet: what waits in escrows for its owner's bookings, in minor units
 */
record Account(String id, long balance, long held) {

  Account plus(long amount) {
    return new Account(id, Math.addExact(balance, amount), held);
  }

  Account holding(long more) {
    return new Account(id, balance, Math.addExact(held, more));
  }
}
