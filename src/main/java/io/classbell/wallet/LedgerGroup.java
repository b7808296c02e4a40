package io.classbell.wallet;

import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Tell;
import io.classbell.platform.Ids;
import io.classbell.platform.adminlog.AdminAction;
import io.classbell.platform.adminlog.AdminLog;
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
import io.classbell.wallet.api.WalletApi.Withdraw;
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

/**
 * Decides and writes one group of commands in one transaction: locks the accounts, decides in
 * memory, writes the result and sends the notifications.
 */
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
    LedgerUnitOfWork work = open(tx, commands);
    Ledger ledger = new Ledger(work, settings, testMode);
    List<Outcome<WalletAnswer>> outcomes = new ArrayList<>(commands.size());
    for (WalletCommand command : commands) {
      outcomes.add(outcome(command, ledger.decide(command), work));
    }
    store.write(tx, work);
    tell(tx, work.postings());
    logAdjustments(tx, work.postings());
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
    // A move does not name the student. The student is found from the stored hold, or from a
    // command of this group that creates it.
    if (!moved.isEmpty()) {
      store.studentsOf(tx, moved).forEach(id -> accountIds.add(AccountIds.wallet(id)));
    }
    List<LedgerAccount> accounts = store.lock(tx, accountIds);
    WalletStore.Known known = store.known(tx, commands);
    return new LedgerUnitOfWork(clock.now(), Ids::next, accounts, known.holds(), known.past());
  }

  /** Notifies users who received credits: one message for the whole group. */
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

  /** Writes adjustments to the audit log; a repeated command has no posting and is not logged. */
  private static void logAdjustments(Tx tx, List<Posting> postings) {
    for (Posting p : postings) {
      String adminId = p.reference().actorId();
      if (p.kind() != Kind.adjustment || adminId == null) {
        continue;
      }
      for (Entry e : p.entries()) {
        if (AccountIds.isWallet(e.accountId()) && e.balanceAfter() != null) {
          AdminLog.record(
              tx,
              p.at(),
              new AdminAction(
                  adminId,
                  "wallet_adjusted",
                  "wallet",
                  AccountIds.owner(e.accountId()),
                  p.reference().note(),
                  Map.of("balance", e.balanceAfter() - e.amount()),
                  Map.of(
                      "balance", e.balanceAfter(), "amount", e.amount(), "transactionId", p.id())));
        }
      }
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
      WalletCommand command, LedgerDecision decision, LedgerUnitOfWork work) {
    return switch (decision) {
      case LedgerDecision.Done done -> new Outcome.Done<>(done.answer());
      case LedgerDecision.Rejected no ->
          new Outcome.Rejected<>(failure(command, no.refusal(), work));
    };
  }

  /** Returns the rejection with the limits and the balance that it depends on. */
  private Rejection failure(WalletCommand command, RejectionCode refusal, LedgerUnitOfWork work) {
    if (refusal.equals(WalletApi.INSUFFICIENT_CREDITS)) {
      return switch (command) {
        case Hold c -> insufficient("price", c.amount(), c.studentId(), work);
        case Adjust c -> insufficient("needed", Math.negateExact(c.amount()), c.userId(), work);
        case Withdraw c -> insufficient("needed", c.amount(), c.userId(), work);
        default -> refusal.failure();
      };
    }
    if (refusal.equals(WalletApi.AMOUNT_OUT_OF_RANGE)) {
      return switch (command) {
        case Deposit c -> outOfRange(1, c.amount(), c.userId(), work);
        case Adjust c -> outOfRange(-settings.maxDeposit(), c.amount(), c.userId(), work);
        default -> refusal.failure();
      };
    }
    return refusal.failure();
  }

  private static Rejection insufficient(
      String name, long amount, String userId, LedgerUnitOfWork work) {
    Map<String, Object> params = new TreeMap<>();
    params.put(name, amount);
    params.put("balance", work.account(AccountIds.wallet(userId)).balance());
    return WalletApi.INSUFFICIENT_CREDITS.failure().with(params);
  }

  private Rejection outOfRange(long min, long amount, String userId, LedgerUnitOfWork work) {
    FieldError error = FieldRules.range("amount", amount, min, settings.maxDeposit());
    if (error == null && amount > 0) {
      long room =
          Math.max(0, settings.maxBalance() - work.account(AccountIds.wallet(userId)).balance());
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
