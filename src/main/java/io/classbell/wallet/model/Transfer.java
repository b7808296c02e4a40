package io.classbell.wallet.model;

/**
 * Credits on their way from one account to another, in minor units. Postings are made of these
 * alone, so each sums to 0.
 */
record Transfer(String from, String to, long amount) {
  Transfer {
    if (amount < 0) {
      throw new IllegalArgumentException("a transfer runs forwards: " + amount);
    }
  }

  /** A signed amount: below 0 it runs the other way. */
  static Transfer signed(String from, String to, long amount) {
    return amount >= 0 ? new Transfer(from, to, amount) : new Transfer(to, from, -amount);
  }
}
