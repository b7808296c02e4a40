package io.classbell.wallet;

import io.classbell.platform.db.Columns;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.wallet.BookingHold.State;
import io.classbell.wallet.Posting.Kind;
import io.classbell.wallet.WalletApi.Line;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's tables. A group is one read-decide-write over locked accounts; ledger_transaction
 * and ledger_entry are only ever added to, and the application's database user may do no more.
 *
 * <p>A hold's row is changed by those alone who hold its student's wallet locked, so it needs no
 * lock of its own.
 */
final class WalletStore {
  private static final int LONGEST_NOTE = 500;

  private static final Columns ACCOUNT_IDS = new Columns().code("id", 60);

  /**
   * Locks the rows in the order of the list, creating those that are missing: one statement for all
   * of them, so that no two nodes can wait for each other.
   */
  private static final String LOCK_ACCOUNTS =
      "INSERT INTO ledger_account (id, kind, owner_id, balance, held)"
          + " SELECT j.id, SUBSTRING_INDEX(j.id, ':', 1), SUBSTRING_INDEX(j.id, ':', -1), 0, 0 FROM "
          + ACCOUNT_IDS.table()
          + " ON DUPLICATE KEY UPDATE ledger_account.id = ledger_account.id";

  private static final String ACCOUNTS =
      "SELECT a.id, a.balance, a.held FROM "
          + ACCOUNT_IDS.table()
          + " STRAIGHT_JOIN ledger_account a ON a.id = j.id";

  private static final Columns COMMAND_IDS = new Columns().code("id", 80);

  private static final String PAST_COMMANDS =
      "SELECT t.command_id, t.id, t.kind, t.at, t.input_hash, t.balance_after FROM "
          + COMMAND_IDS.table()
          + " STRAIGHT_JOIN ledger_transaction t ON t.command_id = j.id";

  private static final Columns BOOKING_IDS = new Columns().id("id");

  private static final String HOLDS =
      "SELECT h.booking_id, h.meeting_id, h.student_id, h.amount, h.state FROM "
          + BOOKING_IDS.table()
          + " STRAIGHT_JOIN ledger_hold h ON h.booking_id = j.id";

  private static final Columns TRANSACTION =
      new Columns()
          .id("id")
          .code("command_id", 80)
          .code("kind", 20)
          .instant("at")
          .id("meeting_id")
          .id("booking_id")
          .id("actor_id")
          .code("rule", 60)
          .text("note", LONGEST_NOTE)
          .number("amount")
          .code("input_hash", 64)
          .number("balance_after");

  private static final String INSERT_TRANSACTIONS = TRANSACTION.insertInto("ledger_transaction");

  private static final Columns ENTRY =
      new Columns()
          .code("account_id", 60)
          .id("transaction_id")
          .number("amount")
          .number("balance_after");

  private static final String INSERT_ENTRIES = ENTRY.insertInto("ledger_entry");

  private static final Columns HOLD =
      new Columns()
          .id("booking_id")
          .id("meeting_id")
          .id("student_id")
          .number("amount")
          .code("state", 10);

  private static final String INSERT_HOLDS = HOLD.insertInto("ledger_hold");

  private static final String UPDATE_HOLDS =
      "UPDATE "
          + HOLD.table()
          + " STRAIGHT_JOIN ledger_hold h ON h.booking_id = j.booking_id"
          + " SET h.meeting_id = j.meeting_id, h.amount = j.amount, h.state = j.state";

  private static final Columns BALANCE =
      new Columns().code("id", 60).number("balance").number("held");

  private static final String UPDATE_BALANCES =
      "UPDATE "
          + BALANCE.table()
          + " STRAIGHT_JOIN ledger_account a ON a.id = j.id"
          + " SET a.balance = j.balance, a.held = j.held";

  private static final String ACCOUNT = "SELECT id, balance, held FROM ledger_account WHERE id = ?";

  private static final String HISTORY =
      "SELECT e.seq, e.amount, e.balance_after, t.id, t.at, t.kind, t.rule, t.note, t.amount AS total,"
          + " t.meeting_id, t.booking_id, h.student_id"
          + " FROM ledger_entry e JOIN ledger_transaction t ON t.id = e.transaction_id"
          + " LEFT JOIN ledger_hold h ON h.booking_id = t.booking_id"
          + " WHERE e.account_id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?";

  /** A line of the history and its place in it. */
  record Placed(long seq, Line line) {}

  /** Locks these accounts until the end of the transaction. */
  void lock(Tx tx, SortedSet<String> accountIds) {
    tx.execute(LOCK_ACCOUNTS, keys(ACCOUNT_IDS, accountIds));
  }

  /** Accounts of which {@link #lock} has made sure that they are there. */
  List<Account> accounts(Tx tx, SortedSet<String> accountIds) {
    return tx.list(ACCOUNTS, WalletStore::account, keys(ACCOUNT_IDS, accountIds));
  }

  List<PastCommand> past(Tx tx, Set<String> commandIds) {
    return tx.list(PAST_COMMANDS, WalletStore::pastCommand, keys(COMMAND_IDS, commandIds));
  }

  List<BookingHold> holds(Tx tx, Set<String> bookingIds) {
    return bookingIds.isEmpty()
        ? List.of()
        : tx.list(HOLDS, WalletStore::hold, keys(BOOKING_IDS, bookingIds));
  }

  /** Writes what a group did. */
  void write(Tx tx, Books books) {
    writeRows(tx, INSERT_TRANSACTIONS, TRANSACTION, transactions(books.postings()));
    writeRows(tx, INSERT_ENTRIES, ENTRY, entries(books.postings()));
    writeRows(tx, INSERT_HOLDS, HOLD, holdRows(books.newHolds()));
    writeRows(tx, UPDATE_HOLDS, HOLD, holdRows(books.changedHolds()));
    writeRows(
        tx,
        UPDATE_BALANCES,
        BALANCE,
        books.changedAccounts().stream()
            .map(a -> new @Nullable Object[] {a.id(), a.balance(), a.held()})
            .toList());
  }

  @Nullable Account account(Sql sql, String accountId) {
    return sql.first(ACCOUNT, WalletStore::account, accountId);
  }

  /** A wallet's lines below a place, newest first. */
  List<Placed> history(Sql sql, String userId, long below, int limit) {
    return sql.list(HISTORY, row -> line(row, userId), AccountIds.wallet(userId), below, limit);
  }

  private static void writeRows(
      Tx tx, String statement, Columns columns, List<@Nullable Object[]> rows) {
    if (!rows.isEmpty()) {
      tx.execute(statement, columns.json(rows));
    }
  }

  private static String keys(Columns columns, Collection<String> ids) {
    return columns.json(ids.stream().map(id -> new @Nullable Object[] {id}).toList());
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

  private static List<@Nullable Object[]> holdRows(List<BookingHold> holds) {
    List<@Nullable Object[]> rows = new ArrayList<>(holds.size());
    for (BookingHold h : holds) {
      rows.add(
          new @Nullable Object[] {
            h.bookingId(), h.meetingId(), h.studentId(), h.amount(), h.state().code()
          });
    }
    return rows;
  }

  private static @Nullable String fitting(@Nullable String note) {
    return note == null || note.codePointCount(0, note.length()) <= LONGEST_NOTE
        ? note
        : note.substring(0, note.offsetByCodePoints(0, LONGEST_NOTE));
  }

  private static Account account(Row row) {
    return new Account(row.getString("id"), row.getLong("balance"), row.getLong("held"));
  }

  private static PastCommand pastCommand(Row row) {
    return new PastCommand(
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
            Description.of(
                kind, rule, row.getString("note"), amount, row.getLong("total"), asStudent),
            rule,
            row.getString("meeting_id"),
            row.getString("booking_id")));
  }
}
