package io.classbell.wallet.api;

import java.util.Set;

/**
 * Names of the ledger's accounts. Guarded accounts (wallets and escrows) have a stored balance that
 * never goes below 0. System accounts have none, because every command would wait for its row;
 * their balance is the sum of their entries.
 */
public final class AccountIds {
  /** Fees that the platform earned. */
  public static final String FEES = "fees";

  /** Contra account of an admin's adjustments. */
  public static final String OPENING = "opening";

  /** Credits that teachers withdrew and that no provider has paid out yet. */
  public static final String PAYABLE = "payable";

  /** Money from a provider that fits no purchase. */
  public static final String SUSPENSE = "suspense";

  /** Refunds and chargebacks beyond the amount of their purchase, which the platform bears. */
  public static final String LOSSES = "losses";

  /** Payment providers, with one clearing account each. */
  private static final Set<String> PROVIDERS = Set.of("test", "stripe", "paypal", "manual");

  private static final String WALLET = "wallet:";
  private static final String ESCROW = "escrow:";
  private static final String CLEARING = "clearing:";
  private static final String RECEIVABLE = "receivable:";

  public static String wallet(String userId) {
    return WALLET + userId;
  }

  public static String escrow(String meetingId) {
    return ESCROW + meetingId;
  }

  public static String clearing(String provider) {
    return CLEARING + provider;
  }

  /**
   * Returns the account of what a user owes. A system account: the wallet's row stores the amount,
   * and the entries sum to its negative.
   */
  public static String receivable(String userId) {
    return RECEIVABLE + userId;
  }

  public static boolean isProvider(String name) {
    return PROVIDERS.contains(name);
  }

  public static boolean isGuarded(String accountId) {
    return isWallet(accountId) || accountId.startsWith(ESCROW);
  }

  public static boolean isWallet(String accountId) {
    return accountId.startsWith(WALLET);
  }

  /** Returns the kind of a guarded account: wallet or escrow. */
  public static String kind(String accountId) {
    return accountId.substring(0, accountId.indexOf(':'));
  }

  /** Returns the owner of a guarded account: the user of a wallet, the meeting of an escrow. */
  public static String owner(String accountId) {
    return accountId.substring(accountId.indexOf(':') + 1);
  }

  private AccountIds() {}
}
