package io.classbell.wallet;

import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Tell;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.Rejection.FieldError;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.time.PlatformClock;
import io.classbell.wallet.api.AccountIds;
import io.classbell.wallet.api.WalletAnswer;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.Adjust;
import io.classbell.wallet.api.WalletApi.Deposit;
import io.classbell.wallet.api.WalletApi.Hold;
import io.classbell.wallet.api.WalletCommand;
import io.classbell.wallet.api.WalletSettings;
import io.classbell.wallet.model.Entry;
import io.classbell.wallet.model.Ledger;
import io.classbell.wallet.model.LedgerAccount;
import io.classbell.wallet.model.LedgerDecision;
import io.classbell.wallet.model.LedgerUnitOfWork;
import io.classbell.wallet.model.Posting;
import io.classbell.wallet.model.Posting.Kind;
import io.classbell.wallet.store.WalletStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
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
    LedgerUnitOfWork books = open(tx, commands);
    Ledger ledger = new Ledger(books, settings, testMode);
    List<Outcome<WalletAnswer>> outcomes = new ArrayList<>(commands.size());
    for (WalletCommand command : commands) {
      outcomes.add(outcome(command, ledger.decide(command), books));
    }
    store.write(tx, books);
    tell(tx, books.postings());
    return outcomes;
  }

  private LedgerUnitOfWork open(Tx tx, List<WalletCommand> commands) {
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
    List<LedgerAccount> accounts = store.lock(tx, accountIds);
    WalletStore.Known known = store.known(tx, commands);
    return new LedgerUnitOfWork(clock.now(), Ids::next, accounts, known.holds(), known.past());
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

  private Outcome<WalletAnswer> outcome(
      WalletCommand command, LedgerDecision decision, LedgerUnitOfWork books) {
    return switch (decision) {
      case LedgerDecision.Done done -> new Outcome.Done<>(done.answer());
      case LedgerDecision.Rejected no ->
          new Outcome.Rejected<>(failure(command, no.refusal(), books));
    };
  }

  /** The refusal with the limits and the balance that it depends on. */
  private Rejection failure(WalletCommand command, RejectionCode refusal, LedgerUnitOfWork books) {
    if (refusal.equals(WalletApi.INSUFFICIENT_CREDITS)) {
      return switch (command) {
        case Hold c -> insufficient("price", c.amount(), c.studentId(), books);
        case Adjust c -> insufficient("needed", Math.negateExact(c.amount()), c.userId(), books);
        default -> refusal.failure();
      };
    }
    if (refusal.equals(WalletApi.AMOUNT_OUT_OF_RANGE)) {
      return switch (command) {
        case Deposit c -> outOfRange(1, c.amount(), c.userId(), books);
        case Adjust c -> outOfRange(-settings.maxDeposit(), c.amount(), c.userId(), books);
        default -> refusal.failure();
      };
    }
    return refusal.failure();
  }

  private static Rejection insufficient(
      String name, long amount, String userId, LedgerUnitOfWork books) {
    Map<String, Object> params = new TreeMap<>();
    params.put(name, amount);
    params.put("balance", books.account(AccountIds.wallet(userId)).balance());
    return WalletApi.INSUFFICIENT_CREDITS.failure().with(params);
  }

  private Rejection outOfRange(long min, long amount, String userId, LedgerUnitOfWork books) {
    FieldError error = FieldRules.range("amount", amount, min, settings.maxDeposit());
    if (error == null && amount > 0) {
      long room =
          Math.max(0, settings.maxBalance() - books.account(AccountIds.wallet(userId)).balance());
      error =
          FieldRules.outOfRange(
              "amount",
              "Must be at most %d, as a wallet holds at most %d."
                  .formatted(room, settings.maxBalance()),
              min,
              room);
    }
    if (error == null) {
      error = new FieldError("amount", FieldRules.NOT_ALLOWED, "Must not be 0.");
    }
    return new Rejection(
        WalletApi.AMOUNT_OUT_OF_RANGE.status(),
        WalletApi.AMOUNT_OUT_OF_RANGE.code(),
        "amount: " + error.message(),
        false,
        null,
        List.of(error),
        error.params());
  }
}
