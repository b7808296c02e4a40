package io.classbell.wallet.model;

import io.classbell.wallet.api.AccountIds;
import io.classbell.wallet.api.WalletCommand;
import io.classbell.wallet.model.Posting.Kind;
import io.classbell.wallet.model.Posting.Reference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of the ledger that a group of commands is decided on: locked accounts, holds and
 * recorded outcomes, plus the changes of the group. Belongs to one group in one transaction.
 */
public final class LedgerUnitOfWork {
  private final Instant at;
  private final Supplier<String> ids;
  private final Map<String, LedgerAccount> accounts = new HashMap<>();
  private final Map<String, BookingHold> holds = new HashMap<>();
  private final Map<String, RecordedOutcome> past = new HashMap<>();
  private final List<Posting> postings = new ArrayList<>();
  private final Set<String> changedAccounts = new HashSet<>();
  private final Set<String> storedHolds = new HashSet<>();
  private final Set<String> changedHolds = new HashSet<>();
  private int settlements;

  /**
   * Creates a unit of work from the stored state.
   *
   * @param at the time of everything that the group posts
   * @param ids source of transaction ids
   */
  public LedgerUnitOfWork(
      Instant at,
      Supplier<String> ids,
      Collection<LedgerAccount> accounts,
      Collection<BookingHold> holds,
      Collection<RecordedOutcome> past) {
    this.at = at;
    this.ids = ids;
    accounts.forEach(a -> this.accounts.put(a.id(), a));
    holds.forEach(h -> this.holds.put(h.bookingId(), h));
    past.forEach(p -> this.past.put(p.commandId(), p));
    storedHolds.addAll(this.holds.keySet());
  }

  /** Whether this account is locked for the group and may be changed. */
  boolean has(String accountId) {
    return accounts.containsKey(accountId);
  }

  public LedgerAccount account(String id) {
    LedgerAccount account = accounts.get(id);
    if (account == null) {
      throw new IllegalStateException("not locked: " + id);
    }
    return account;
  }

  public @Nullable BookingHold hold(String bookingId) {
    return holds.get(bookingId);
  }

  @Nullable RecordedOutcome past(String commandId) {
    return past.get(commandId);
  }

  /** Adds or replaces a hold. */
  void keep(BookingHold hold) {
    holds.put(hold.bookingId(), hold);
    changedHolds.add(hold.bookingId());
  }

  /** Changes the amount held in escrows for a wallet's owner. */
  void addHeld(String walletId, long more) {
    put(account(walletId).holding(more));
  }

  /** Changes what a wallet's owner owes. */
  void addReceivable(String walletId, long more) {
    put(account(walletId).owing(more));
  }

  /**
   * Posts transfers as one transaction, all or nothing. Credits that reach a wallet whose owner
   * owes something settle the receivable in a transaction of their own.
   *
   * @param amount the total amount of the transaction
   * @param answered the wallet whose balance is part of the answer, if any
   * @throws ArithmeticException if a balance would overflow; nothing is posted then
   */
  Posting post(
      WalletCommand command,
      Kind kind,
      Reference reference,
      long amount,
      @Nullable String answered,
      List<Transfer> transfers) {
    Map<String, Long> changes = new LinkedHashMap<>();
    for (Transfer t : transfers) {
      changes.merge(t.from(), -t.amount(), Math::addExact);
      changes.merge(t.to(), t.amount(), Math::addExact);
    }
    changes.values().removeIf(change -> change == 0);
    List<Entry> entries = new ArrayList<>(changes.size());
    List<LedgerAccount> after = new ArrayList<>(changes.size());
    changes.forEach(
        (id, change) -> {
          if (AccountIds.isGuarded(id)) {
            LedgerAccount account = account(id).plus(change);
            if (account.balance() < 0) {
              throw new IllegalStateException("decided below 0: " + id);
            }
            after.add(account);
            entries.add(new Entry(id, change, account.balance()));
          } else {
            entries.add(new Entry(id, change, null));
          }
        });
    after.forEach(this::put);
    Posting posting =
        new Posting(
            ids.get(),
            command.ledgerId(),
            kind,
            at,
            reference,
            amount,
            command.inputHash(),
            answered == null ? null : account(answered).balance(),
            List.copyOf(entries));
    add(posting);
    for (Entry entry : entries) {
      if (AccountIds.isWallet(entry.accountId()) && entry.amount() > 0) {
        settleReceivable(account(entry.accountId()), posting);
      }
    }
    return posting;
  }

  private void settleReceivable(LedgerAccount wallet, Posting cause) {
    long settled = Math.min(wallet.receivable(), wallet.balance());
    if (settled <= 0) {
      return;
    }
    put(wallet.plus(-settled).owing(-settled));
    add(
        new Posting(
            ids.get(),
            "receivable:" + cause.id() + ":" + settlements++,
            Kind.receivable_settled,
            at,
            new Reference(null, null, null, null, null),
            settled,
            cause.inputHash(),
            null,
            List.of(
                new Entry(wallet.id(), -settled, wallet.balance() - settled),
                new Entry(AccountIds.receivable(AccountIds.owner(wallet.id())), settled, null))));
  }

  private void add(Posting posting) {
    postings.add(posting);
    past.put(posting.commandId(), RecordedOutcome.of(posting));
  }

  /** Returns the postings of the group, in order. */
  public List<Posting> postings() {
    return postings;
  }

  public List<LedgerAccount> changedAccounts() {
    return changedAccounts.stream().map(this::account).toList();
  }

  public List<BookingHold> newHolds() {
    return holds.values().stream()
        .filter(h -> changedHolds.contains(h.bookingId()) && !storedHolds.contains(h.bookingId()))
        .toList();
  }

  public List<BookingHold> changedHolds() {
    return holds.values().stream()
        .filter(h -> changedHolds.contains(h.bookingId()) && storedHolds.contains(h.bookingId()))
        .toList();
  }

  private void put(LedgerAccount account) {
    accounts.put(account.id(), account);
    changedAccounts.add(account.id());
  }
}
