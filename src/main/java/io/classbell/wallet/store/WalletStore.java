package io.classbell.wallet.store;

import io.classbell.platform.db.InList;
import io.classbell.platform.db.Insert;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.wallet.api.AccountIds;
import io.classbell.wallet.api.WalletApi.Line;
import io.classbell.wallet.api.WalletCommand;
import io.classbell.wallet.model.BookingHold;
import io.classbell.wallet.model.BookingHold.State;
import io.classbell.wallet.model.Entry;
import io.classbell.wallet.model.LedgerAccount;
import io.classbell.wallet.model.LedgerUnitOfWork;
import io.classbell.wallet.model.LineDescription;
import io.classbell.wallet.model.Posting;
import io.classbell.wallet.model.Posting.Kind;
import io.classbell.wallet.model.RecordedOutcome;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All SQL of the ledger's tables. A group reads, decides and writes on locked accounts.
 * ledger_transaction and ledger_entry are append-only; the application's database user has no other
 * rights on them.
 *
 * <p>A hold's row is changed only while its student's wallet is locked, so it needs no lock of its
 * own.
 */
public final class WalletStore {
  private static final int LONGEST_NOTE = 500;

  private static final String LOCK_ACCOUNTS =
      "SELECT id, balance, held, receivable FROM ledger_account WHERE id IN ";

  /** MySQL and MariaDB read a list of keys in the keys' order, and so lock in that order. */
  private static final String IN_ORDER = " ORDER BY id FOR UPDATE";

  private static final Insert CREATE_ACCOUNTS =
      Insert.into("ledger_account", "id", "kind", "owner_id", "balance", "held", "receivable")
          .orUpdate("id");

  private static final String PAST =
      "SELECT command_id, id, kind, at, input_hash, balance_after FROM ledger_transaction"
          + " WHERE command_id IN ";

  private static final String HOLDS =
      "SELECT booking_id, meeting_id, student_id, amount, state FROM ledger_hold"
          + " WHERE booking_id IN ";

  private static final String STUDENTS = "SELECT student_id FROM ledger_hold WHERE booking_id IN ";

  private static final Insert TRANSACTIONS =
      Insert.into(
          "ledger_transaction",
          "id",
          "command_id",
          "kind",
          "at",
          "meeting_id",
          "booking_id",
          "actor_id",
          "rule",
          "note",
          "amount",
          "input_hash",
          "balance_after");

  private static final Insert ENTRIES =
      Insert.into("ledger_entry", "account_id", "transaction_id", "amount", "balance_after");

  private static final String[] HOLD = {
    "booking_id", "meeting_id", "student_id", "amount", "state"
  };

  /**
   * A duplicate row means that two nodes created the hold at the same time: the group is run again.
   */
  private static final Insert NEW_HOLDS = Insert.into("ledger_hold", HOLD);

  private static final Insert CHANGED_HOLDS =
      Insert.into("ledger_hold", HOLD).orUpdate("meeting_id", "amount", "state");

  /** The rows are there, and locked. */
  private static final Insert BALANCES =
      Insert.into("ledger_account", "id", "kind", "owner_id", "balance", "held", "receivable")
          .orUpdate("balance", "held", "receivable");

  private static final String ACCOUNT =
      "SELECT id, balance, held, receivable FROM ledger_account WHERE id = ?";

  private static final String HISTORY =
      "SELECT e.seq, e.amount, e.balance_after, t.id, t.at, t.kind, t.rule, t.note, t.amount AS"
          + " total, t.meeting_id, t.booking_id, h.student_id FROM ledger_entry e JOIN"
          + " ledger_transaction t ON t.id = e.transaction_id LEFT JOIN ledger_hold h ON"
          + " h.booking_id = t.booking_id WHERE e.account_id = ? AND e.seq < ? ORDER BY e.seq DESC"
          + " LIMIT ?";

  public record Known(List<RecordedOutcome> past, List<BookingHold> holds) {}

  /** A line of the history with its sequence number. */
  public record Placed(long seq, Line line) {}

  /**
   * Locks these accounts until the end of the transaction, in the order of their ids, which
   * prevents deadlocks between nodes. Missing accounts are created.
   */
  public List<LedgerAccount> lock(Tx tx, SortedSet<String> accountIds) {
    if (accountIds.isEmpty()) {
      return List.of();
    }
    List<LedgerAccount> found = lockPresent(tx, accountIds);
    if (found.size() == accountIds.size()) {
      return found;
    }
    SortedSet<String> missing = new TreeSet<>(accountIds);
    found.forEach(account -> missing.remove(account.id()));
    CREATE_ACCOUNTS.rows(
        tx, missing.stream().map(id -> row(new LedgerAccount(id, 0, 0, 0))).toList());
    List<LedgerAccount> all = new ArrayList<>(found);
    all.addAll(lockPresent(tx, missing));
    return all;
  }

  /** Returns the recorded outcomes of these commands and the holds that they use. */
  public Known known(Tx tx, List<WalletCommand> commands) {
    Set<String> ids = new HashSet<>();
    Set<String> heldFor = new HashSet<>();
    for (WalletCommand command : commands) {
      ids.add(command.ledgerId());
      ids.addAll(command.dependsOn());
      if (command.heldFor() != null) {
        heldFor.add(command.heldFor());
      }
    }
    return new Known(
        tx.list(PAST + InList.marks(ids.size()), WalletStore::pastCommand, in(ids)),
        heldFor.isEmpty()
            ? List.of()
            : tx.list(HOLDS + InList.marks(heldFor.size()), WalletStore::hold, in(heldFor)));
  }

  private static @Nullable Object[] in(Set<String> ids) {
    return InList.parameters(List.of(), ids);
  }

  /** Returns the students of these bookings' holds; a hold's student never changes. */
  public List<String> studentsOf(Tx tx, Set<String> bookingIds) {
    return tx.list(
        STUDENTS + InList.marks(bookingIds.size()),
        row -> row.getString("student_id"),
        in(bookingIds));
  }

  /** Writes the changes of a group. */
  public void write(Tx tx, LedgerUnitOfWork work) {
    TRANSACTIONS.rows(tx, transactions(work.postings()));
    ENTRIES.rows(tx, entries(work.postings()));
    NEW_HOLDS.rows(tx, work.newHolds().stream().map(WalletStore::row).toList());
    CHANGED_HOLDS.rows(tx, work.changedHolds().stream().map(WalletStore::row).toList());
    BALANCES.rows(tx, work.changedAccounts().stream().map(WalletStore::row).toList());
  }

  public @Nullable LedgerAccount account(Sql sql, String accountId) {
    return sql.first(ACCOUNT, WalletStore::account, accountId);
  }

  /** Returns a wallet's lines below a sequence number, newest first. */
  public List<Placed> history(Sql sql, String userId, long below, int limit) {
    return sql.list(HISTORY, row -> line(row, userId), AccountIds.wallet(userId), below, limit);
  }

  private List<LedgerAccount> lockPresent(Tx tx, SortedSet<String> accountIds) {
    return tx.list(
        LOCK_ACCOUNTS + InList.marks(accountIds.size()) + IN_ORDER,
        WalletStore::account,
        in(accountIds));
  }

  private static List<@Nullable Object[]> transactions(List<Posting> postings) {
    List<@Nullable Object[]> rows = new ArrayList<>(postings.size());
    for (Posting p : postings) {
      Posting.Reference to = p.reference();
      rows.add(
          new @Nullable Object[] {
            p.id(),
            p.commandId(),
            p.kind().name(),
            p.at(),
            to.meetingId(),
            to.bookingId(),
            to.actorId(),
            to.rule(),
            fitting(to.note()),
            p.amount(),
            p.inputHash(),
            p.balanceAfter()
          });
    }
    return rows;
  }

  private static List<@Nullable Object[]> entries(List<Posting> postings) {
    List<@Nullable Object[]> rows = new ArrayList<>(postings.size() * 2);
    for (Posting p : postings) {
      for (Entry e : p.entries()) {
        rows.add(new @Nullable Object[] {e.accountId(), p.id(), e.amount(), e.balanceAfter()});
      }
    }
    return rows;
  }

  private static @Nullable Object[] row(BookingHold h) {
    return new @Nullable Object[] {
      h.bookingId(), h.meetingId(), h.studentId(), h.amount(), h.state().code()
    };
  }

  private static @Nullable Object[] row(LedgerAccount a) {
    return new @Nullable Object[] {
      a.id(),
      AccountIds.kind(a.id()),
      AccountIds.owner(a.id()),
      a.balance(),
      a.held(),
      a.receivable()
    };
  }

  private static @Nullable String fitting(@Nullable String note) {
    return note == null || note.codePointCount(0, note.length()) <= LONGEST_NOTE
        ? note
        : note.substring(0, note.offsetByCodePoints(0, LONGEST_NOTE));
  }

  private static LedgerAccount account(Row row) {
    return new LedgerAccount(
        row.getString("id"),
        row.getLong("balance"),
        row.getLong("held"),
        row.getLong("receivable"));
  }

  private static RecordedOutcome pastCommand(Row row) {
    return new RecordedOutcome(
        row.getString("command_id"),
        row.getString("id"),
        Kind.valueOf(row.getString("kind")),
        Sql.instant(row, "at"),
        row.getString("input_hash"),
        row.getLong("balance_after"));
  }

  private static BookingHold hold(Row row) {
    return new BookingHold(
        row.getString("booking_id"),
        row.getString("meeting_id"),
        row.getString("student_id"),
        row.getLong("amount"),
        State.of(row.getString("state")));
  }

  private static Placed line(Row row, String userId) {
    Kind kind = Kind.valueOf(row.getString("kind"));
    String rule = row.getString("rule");
    long amount = row.getLong("amount");
    boolean asStudent = userId.equals(row.getString("student_id"));
    return new Placed(
        row.getLong("seq"),
        new Line(
            row.getString("id"),
            Sql.instant(row, "at"),
            kind.name(),
            amount,
            row.getLong("balance_after"),
            LineDescription.of(
                kind, rule, row.getString("note"), amount, row.getLong("total"), asStudent),
            rule,
            row.getString("meeting_id"),
            row.getString("booking_id"),
            row.getString("booking_id") == null ? null : row.getString("note"),
            row.getString("student_id")));
  }
}
