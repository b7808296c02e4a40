package io.classbell.wallet;

import io.classbell.platform.config.SettingsReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A ledger on a bench: books in memory alone, with every account there already. */
final class LedgerBench {
  static final Instant AT = Instant.parse("2031-03-04T15:00:00Z");
  static final WalletSettings LIMITS = SettingsReader.defaults(WalletSettings.class);

  private final Books books;
  private final Ledger ledger;

  LedgerBench() {
    this(true);
  }

  LedgerBench(boolean testMode) {
    AtomicInteger ids = new AtomicInteger();
    List<Account> accounts = new ArrayList<>();
    for (String user : List.of(Commands.STUDENT, Commands.TEACHER)) {
      accounts.add(new Account(AccountIds.wallet(user), 0, 0));
    }
    for (String meeting : List.of(Commands.MEETING, Commands.OTHER_MEETING)) {
      accounts.add(new Account(AccountIds.escrow(meeting), 0, 0));
    }
    books = new Books(AT, () -> "t" + ids.incrementAndGet(), accounts, List.of(), List.of());
    ledger = new Ledger(books, LIMITS, testMode);
  }

  Decision decide(WalletCommand command) {
    return ledger.decide(command);
  }

  /** A guarded account's stored balance; a system account's sum of entries. */
  long balance(String accountId) {
    return AccountIds.isGuarded(accountId)
        ? books.account(accountId).balance()
        : sum(e -> e.accountId().equals(accountId));
  }

  long held(String userId) {
    return books.account(AccountIds.wallet(userId)).held();
  }

  @Nullable BookingHold hold(String bookingId) {
    return books.hold(bookingId);
  }

  List<Posting> postings() {
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
