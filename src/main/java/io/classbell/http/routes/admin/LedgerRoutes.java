package io.classbell.http.routes.admin;

import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.ProfileCache;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Input;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.routes.ResponseMapper.Named;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.AccountEntry;
import io.classbell.wallet.api.WalletApi.AccountView;
import io.classbell.wallet.api.WalletApi.TransactionEntry;
import io.classbell.wallet.api.WalletApi.TransactionView;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Routes of the ledger explorer (account → entries → transaction → cause) and of the board. */
public final class LedgerRoutes {

  /** The balance of a system account is the sum of all its entries. */
  private static final Duration TIME_LIMIT = Duration.ofSeconds(30);

  public record Accounts(List<Account> items, @Nullable String nextCursor) {}

  /**
   * @param owner the user of a wallet
   * @param meetingId the meeting of an escrow
   */
  public record Account(
      String id,
      String kind,
      @Nullable Named owner,
      @Nullable String meetingId,
      long balance,
      @Nullable Long held) {}

  public record Entries(Account account, List<AccountEntry> items, @Nullable String nextCursor) {}

  /** What led to a transaction. */
  public record Cause(String type, String id) {}

  /**
   * @param owner the user of a wallet
   * @param meetingId the meeting of an escrow
   */
  public record TransactionLine(
      String accountId,
      String kind,
      @Nullable Named owner,
      @Nullable String meetingId,
      long amount,
      @Nullable Long balanceAfter) {}

  public record Transaction(
      String id,
      String kind,
      Instant at,
      long amount,
      @Nullable String rule,
      @Nullable String note,
      @Nullable Named actor,
      @Nullable String meetingId,
      @Nullable String bookingId,
      Cause cause,
      List<TransactionLine> entries) {}

  private final ModuleClient ask;
  private final ProfileCache people;
  private final OperationsBoard board;

  public LedgerRoutes(ModuleClient ask, ProfileCache people, OperationsBoard board) {
    this.ask = ask;
    this.people = people;
    this.board = board;
  }

  public void addTo(Map<String, Call.Route> routes) {
    Call.Route accounts = this::accounts;
    Call.Route entries = this::entries;
    routes.put("listLedgerAccounts", accounts.within(TIME_LIMIT));
    routes.put("listLedgerEntries", entries.within(TIME_LIMIT));
    routes.put("getLedgerTransaction", this::transaction);
    routes.put("getOperations", call -> board.read().map(Answer::ok));
  }

  private Future<Answer> accounts(Call call) {
    Input in = call.input();
    return ask.within(
            call,
            WalletApi.LIST_ACCOUNTS,
            new WalletApi.ListAccounts(
                in.text("kind"), in.text("ownerId"), call.cursor(), in.limit()))
        .compose(
            page ->
                names(page.items())
                    .map(
                        names ->
                            Answer.ok(
                                new Accounts(
                                    page.items().stream()
                                        .map(account -> account(account, names))
                                        .toList(),
                                    call.nextCursor(page.nextCursor())))));
  }

  private Future<Answer> entries(Call call) {
    Input in = call.input();
    return ask.within(
            call,
            WalletApi.ACCOUNT_ENTRIES,
            new WalletApi.EntriesOf(in.id("id"), call.cursor(), in.limit()))
        .compose(
            page ->
                names(List.of(page.account()))
                    .map(
                        names ->
                            Answer.ok(
                                new Entries(
                                    account(page.account(), names),
                                    page.items(),
                                    call.nextCursor(page.nextCursor())))));
  }

  private Future<Answer> transaction(Call call) {
    return ask.of(WalletApi.TRANSACTION, new WalletApi.TransactionById(call.input().id("id")))
        .compose(
            found -> {
              Set<String> ids =
                  found.entries().stream()
                      .filter(entry -> entry.accountId().startsWith("wallet:"))
                      .map(entry -> entry.accountId().substring("wallet:".length()))
                      .collect(Collectors.toCollection(HashSet::new));
              if (found.actorId() != null) {
                ids.add(found.actorId());
              }
              return people.findByIds(ids).map(names -> Answer.ok(transaction(found, names)));
            });
  }

  private Future<Map<String, Person>> names(List<AccountView> accounts) {
    Set<String> ids = new HashSet<>();
    for (AccountView account : accounts) {
      String ownerId = account.ownerId();
      if (account.kind().equals("wallet") && ownerId != null) {
        ids.add(ownerId);
      }
    }
    return people.findByIds(ids);
  }

  private static Account account(AccountView account, Map<String, Person> names) {
    boolean wallet = account.kind().equals("wallet");
    String ownerId = account.ownerId();
    return new Account(
        account.id(),
        account.kind(),
        wallet && ownerId != null ? named(ownerId, names) : null,
        wallet ? null : ownerId,
        account.balance(),
        account.held());
  }

  private static Named named(String id, Map<String, Person> names) {
    Person person = names.get(id);
    return new Named(id, person == null ? "" : person.name(), null);
  }

  private static Transaction transaction(TransactionView t, Map<String, Person> names) {
    return new Transaction(
        t.id(),
        t.kind(),
        t.at(),
        t.amount(),
        t.rule(),
        t.note(),
        t.actorId() == null ? null : named(t.actorId(), names),
        t.meetingId(),
        t.bookingId(),
        cause(t),
        t.entries().stream().map(entry -> line(entry, names)).toList());
  }

  private static TransactionLine line(TransactionEntry entry, Map<String, Person> names) {
    String id = entry.accountId();
    int colon = id.indexOf(':');
    String kind = colon < 0 ? "system" : id.substring(0, colon);
    String owner = id.substring(colon + 1);
    boolean wallet = kind.equals("wallet");
    boolean escrow = kind.equals("escrow");
    return new TransactionLine(
        id,
        wallet || escrow ? kind : "system",
        wallet ? named(owner, names) : null,
        escrow ? owner : null,
        entry.amount(),
        entry.balanceAfter());
  }

  private static Cause cause(TransactionView t) {
    if (t.bookingId() != null) {
      return new Cause("booking", t.bookingId());
    }
    if (t.meetingId() != null) {
      return new Cause("meeting", t.meetingId());
    }
    if (t.kind().equals("adjustment") && t.actorId() != null) {
      return new Cause("admin", t.actorId());
    }
    return new Cause("command", t.commandId());
  }
}
