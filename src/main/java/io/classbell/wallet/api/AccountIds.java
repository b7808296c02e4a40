package io.classbell.wallet.api;

import java.util.Set;

/**
 * How the ledger's accounts are called. Guarded accounts (wallets and escrows) hold a stored
 * balance that never goes below 0; system accounts are the sum of their entries, as a stored
 * balance would be a row that every command waits for.
 */
public final class AccountIds {
  /** What the platform earned. */
  public static final String FEES = "fees";

  /** The other side of an admin's corrections. */
  public static final String OPENING = "opening";

  /** Where money comes from and goes to: one clearing account each. */
  private static final Set<String> PROVIDERS = Set.of("test", "stripe", "paypal", "manual");

  private static final String WALLET = "wallet:";
  private static final String ESCROW = "escrow:";
  private static final String CLEARING = "clearing:";

  public static String wallet(String userId) {
    return WALLET + userId;
  }

  public static String escrow(String meetingId) {
    return ESCROW + meetingId;
  }

  public static String clearing(String provider) {
    return CLEARING + provider;
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

  /** Of a guarded account: wallet or escrow. */
  public static String kind(String accountId) {
    return accountId.substring(0, accountId.indexOf(':'));
  }

  /** Of a guarded account: the user whose wallet, the meeting whose escrow it is. */
  public static String owner(String accountId) {
    return accountId.substring(accountId.indexOf(':') + 1);
  }

  private AccountIds() {}
}
