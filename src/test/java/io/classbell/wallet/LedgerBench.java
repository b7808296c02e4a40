package io.classbell.wallet;

import io.classbell.platform.config.SettingsReader;
import io.classbell.wallet.api.AccountIds;
import io.classbell.wallet.api.WalletCommand;
import io.classbell.wallet.api.WalletSettings;
import io.classbell.wallet.model.BookingHold;
import io.classbell.wallet.model.Entry;
import io.classbell.wallet.model.Ledger;
import io.classbell.wallet.model.LedgerAccount;
import io.classbell.wallet.model.LedgerDecision;
import io.classbell.wallet.model.LedgerUnitOfWork;
import io.classbell.wallet.model.Posting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A ledger on a bench: books in memory alone, with every account there already. */
public final class LedgerBench {
  public static final Instant AT = Instant.parse("2031-03-04T15:00:00Z");
  public static final WalletSettings LIMITS = SettingsReader.defaults(WalletSettings.class);

  private final LedgerUnitOfWork books;
  private final Ledger ledger;

  public LedgerBench() {
    this(true);
  }

  public LedgerBench(boolean testMode) {
    AtomicInteger ids = new AtomicInteger();
    List<LedgerAccount> accounts = new ArrayList<>();
    for (String user : List.of(Commands.STUDENT, Commands.TEACHER)) {
      accounts.add(new LedgerAccount(AccountIds.wallet(user), 0, 0, 0));
    }
    for (String meeting : List.of(Commands.MEETING, Commands.OTHER_MEETING)) {
      accounts.add(new LedgerAccount(AccountIds.escrow(meeting), 0, 0, 0));
    }
    books =
        new LedgerUnitOfWork(AT, () -> "t" + ids.incrementAndGet(), accounts, List.of(), List.of());
    ledger = new Ledger(books, LIMITS, testMode);
  }

  public LedgerDecision decide(WalletCommand command) {
    return ledger.decide(command);
  }

  /** A guarded account's stored balance; a system account's sum of entries. */
  public long balance(String accountId) {
    return AccountIds.isGuarded(accountId)
        ? books.account(accountId).balance()
        : sum(e -> e.accountId().equals(accountId));
  }

  public long held(String userId) {
    return books.account(AccountIds.wallet(userId)).held();
  }

  public long receivable(String userId) {
    return books.account(AccountIds.wallet(userId)).receivable();
  }

  public @Nullable BookingHold hold(String bookingId) {
    return books.hold(bookingId);
  }

  public List<Posting> postings() {
    return books.postings();
  }

  long sum(Predicate<Entry> which) {
    return postings().stream()
        .flatMap(p -> p.entries().stream())
        .filter(which)
        .mapToLong(Entry::amount)
        .sum();
  }
}
