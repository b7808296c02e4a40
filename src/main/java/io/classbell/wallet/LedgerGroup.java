package io.classbell.wallet;

import io.classbell.notification.NotificationApi;
import io.classbell.notification.NotificationApi.Fact;
import io.classbell.notification.NotificationApi.Tell;
import io.classbell.platform.Ids;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.time.PlatformClock;
import io.classbell.wallet.Posting.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** One group of commands in one transaction: lock, decide in memory, write, tell. */
final class LedgerGroup implements GroupCommit.Batch<WalletCommand, WalletAnswer> {
  private final WalletStore store;
  private final Outbox outbox;
  private final PlatformClock clock;
  private final WalletSettings settings;
  private final boolean testMode;

  LedgerGroup(
      WalletStore store,
      Outbox outbox,
      PlatformClock clock,
      WalletSettings settings,
      boolean testMode) {
    this.store = store;
    this.outbox = outbox;
    this.clock = clock;
    this.settings = settings;
    this.testMode = testMode;
  }

  @Override
  public List<Outcome<WalletAnswer>> run(Tx tx, List<WalletCommand> commands) {
    Books books = open(tx, commands);
    Ledger ledger = new Ledger(books, settings, testMode);
    List<Outcome<WalletAnswer>> outcomes = new ArrayList<>(commands.size());
    for (WalletCommand command : commands) {
      outcomes.add(outcome(ledger.decide(command)));
    }
    store.write(tx, books);
    tell(tx, books.postings());
    return outcomes;
  }

  private Books open(Tx tx, List<WalletCommand> commands) {
    SortedSet<String> accountIds = new TreeSet<>();
    Set<String> moved = new HashSet<>();
    for (WalletCommand command : commands) {
      accountIds.addAll(command.accounts());
      if (command instanceof WalletApi.MoveHold move) {
        moved.add(move.bookingId());
      }
    }
    // A move does not name the student: the hold does. Or it is taken in this very group, by a
    // command that does.
    if (!moved.isEmpty()) {
      store.studentsOf(tx, moved).forEach(id -> accountIds.add(AccountIds.wallet(id)));
    }
    List<Account> accounts = store.lock(tx, accountIds);
    WalletStore.Known known = store.known(tx, commands);
    return new Books(clock.now(), Ids::next, accounts, known.holds(), known.past());
  }

  /** Who received credits hears of it: one message for the whole group. */
  private void tell(Tx tx, List<Posting> postings) {
    List<Fact> facts = new ArrayList<>();
    for (Posting p : postings) {
      if (p.kind() == Kind.deposit || p.kind() == Kind.adjustment) {
        for (Entry e : p.entries()) {
          if (AccountIds.isWallet(e.accountId()) && e.amount() > 0) {
            facts.add(received(p, e));
          }
        }
      }
    }
    if (!facts.isEmpty()) {
      outbox.write(tx, List.of(outbox.message(NotificationApi.TELL, null, new Tell(facts), null)));
    }
  }

  private static Fact received(Posting posting, Entry entry) {
    Map<String, String> data = new HashMap<>();
    data.put("amount", Long.toString(entry.amount()));
    String note = posting.reference().note();
    if (note != null) {
      data.put("reason", note);
    }
    return new Fact(
        "credits_received:" + posting.id(),
        AccountIds.owner(entry.accountId()),
        NotificationApi.Kind.credits_received,
        posting.at(),
        data);
  }

  private static Outcome<WalletAnswer> outcome(Decision decision) {
    return switch (decision) {
      case Decision.Done done -> new Outcome.Done<>(done.answer());
      case Decision.No no -> new Outcome.No<>(no.refusal().failure());
    };
  }
}
