package io.classbell.wallet.model;

/**
 * A transfer from one account to another, in minor units. Postings consist of transfers only, so
 * their entries sum to 0.
 */
record Transfer(String from, String to, long amount) {
  Transfer {
    if (amount < 0) {
      throw new IllegalArgumentException("a transfer runs forwards: " + amount);
    }
  }

  /** Creates a transfer of a signed amount; a negative one reverses the direction. */
  static Transfer signed(String from, String to, long amount) {
    return amount >= 0 ? new Transfer(from, to, amount) : new Transfer(to, from, -amount);
  }
}
