package io.classbell.wallet.explorer;

import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.db.Sql;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.node.Node;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.AccountEntries;
import io.classbell.wallet.api.WalletApi.AccountEntry;
import io.classbell.wallet.api.WalletApi.AccountView;
import io.classbell.wallet.api.WalletApi.Accounts;
import io.classbell.wallet.api.WalletApi.EntriesOf;
import io.classbell.wallet.api.WalletApi.LastProof;
import io.classbell.wallet.api.WalletApi.ListAccounts;
import io.classbell.wallet.api.WalletApi.Proof;
import io.classbell.wallet.api.WalletApi.TransactionById;
import io.classbell.wallet.api.WalletApi.TransactionView;
import io.classbell.wallet.store.ExplorerStore;
import io.classbell.wallet.store.HistoryCursor;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the ledger for admins, from an account to its entries to their transaction. */
public final class LedgerExplorer {
  private static final int LONGEST_PAGE = 100;
  private static final String SYSTEM = "system";

  private final Node node;
  private final ExplorerStore store = new ExplorerStore();

  public LedgerExplorer(Node node) {
    this.node = node;
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        bus.serve(WalletApi.LIST_ACCOUNTS, this::accounts),
        bus.serve(WalletApi.ACCOUNT_ENTRIES, this::entries),
        bus.serve(WalletApi.TRANSACTION, this::transaction),
        bus.serve(WalletApi.RECORD_PROOF, this::record),
        bus.serve(WalletApi.LAST_PROOF, proof -> new LastProof(store.proof(read()))));
  }

  private Sql read() {
    return node.database().read();
  }

  /** Lists accounts in the order of their ids. */
  Accounts accounts(ListAccounts query) {
    int limit = Math.clamp(query.limit(), 1, LONGEST_PAGE);
    String after = Objects.requireNonNullElse(query.cursor(), "");
    if (!after.isEmpty() && !after.matches("[a-z_]+(:[A-Za-z0-9_.-]+)?")) {
      throw RejectionCode.invalidCursor();
    }
    boolean system = query.kind() == null || query.kind().equals(SYSTEM);
    boolean guarded = query.kind() == null || !system;
    List<AccountView> found = new ArrayList<>();
    if (guarded) {
      found.addAll(store.guarded(read(), query.kind(), query.ownerId(), after, limit + 1));
    }
    if (system && query.ownerId() == null) {
      store.systemAccounts(read()).stream()
          .filter(id -> id.compareTo(after) > 0)
          .forEach(id -> found.add(new AccountView(id, SYSTEM, null, 0, null)));
    }
    found.sort(Comparator.comparing(AccountView::id));
    List<AccountView> page = found.subList(0, Math.min(limit, found.size()));
    return new Accounts(
        page.stream().map(this::withBalance).toList(),
        found.size() > limit ? page.getLast().id() : null);
  }

  /** The balance of a system account is the sum of its entries. */
  private AccountView withBalance(AccountView account) {
    if (!account.kind().equals(SYSTEM)) {
      return account;
    }
    @Nullable AccountView summed = store.account(read(), account.id());
    return summed == null ? account : summed;
  }

  AccountEntries entries(EntriesOf query) {
    AccountView account = store.account(read(), query.accountId());
    if (account == null) {
      throw WalletApi.NO_ACCOUNT.refused();
    }
    int limit = Math.clamp(query.limit(), 1, LONGEST_PAGE);
    List<AccountEntry> found =
        store.entries(read(), query.accountId(), HistoryCursor.below(query.cursor()), limit + 1);
    List<AccountEntry> page = found.subList(0, Math.min(limit, found.size()));
    return new AccountEntries(
        account, page, found.size() > limit ? HistoryCursor.after(page.getLast().seq()) : null);
  }

  TransactionView transaction(TransactionById query) {
    TransactionView found = store.transaction(read(), query.id());
    if (found == null) {
      throw WalletApi.NO_TRANSACTION.refused();
    }
    return found;
  }

  private Ack record(Proof proof) {
    return node.database()
        .inTransaction(
            tx -> {
              store.saveProof(tx, proof);
              return Ack.DONE;
            });
  }
}
