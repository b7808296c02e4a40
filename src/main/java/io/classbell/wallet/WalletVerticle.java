package io.classbell.wallet;

import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.SqlErrors;
import io.classbell.platform.node.Node;
import io.classbell.wallet.api.AccountIds;
import io.classbell.wallet.api.WalletAnswer;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.AuditBooks;
import io.classbell.wallet.api.WalletApi.Balance;
import io.classbell.wallet.api.WalletApi.BalanceOf;
import io.classbell.wallet.api.WalletApi.History;
import io.classbell.wallet.api.WalletApi.HistoryOf;
import io.classbell.wallet.api.WalletCommand;
import io.classbell.wallet.api.WalletSettings;
import io.classbell.wallet.audit.WalletAudit;
import io.classbell.wallet.explorer.LedgerExplorer;
import io.classbell.wallet.model.LedgerAccount;
import io.classbell.wallet.store.HistoryCursor;
import io.classbell.wallet.store.WalletStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;

/** The only writer of the ledger. Runs on virtual threads. */
public final class WalletVerticle extends VerticleBase {
  private static final int LANES = 1;
  private static final int LONGEST_PAGE = 100;

  private final Node node;
  private final WalletSettings settings;
  private final WalletStore store = new WalletStore();

  public WalletVerticle(Node node, WalletSettings settings) {
    this.node = node;
    this.settings = settings;
  }

  @Override
  public Future<?> start() {
    GroupCommit<WalletCommand, WalletAnswer> commits =
        new GroupCommit<>(
                vertx,
                node.database(),
                node.meters(),
                "wallet",
                settings.groupSize(),
                LANES,
                new LedgerGroup(store, node.outbox(), node.clock(), settings, node.testMode()))
            .waitingAtMost(settings.maxWaiting());
    return Future.all(
        List.of(
            serve(commits, WalletApi.DEPOSIT),
            serve(commits, WalletApi.ADJUST),
            serve(commits, WalletApi.HOLD),
            serve(commits, WalletApi.MOVE_HOLD),
            serve(commits, WalletApi.SETTLE),
            serve(commits, WalletApi.VOID_HOLD),
            serve(commits, WalletApi.CREDIT_PURCHASE),
            serve(commits, WalletApi.REVERSE_PURCHASE),
            serve(commits, WalletApi.SUSPEND),
            serve(commits, WalletApi.WITHDRAW),
            serve(commits, WalletApi.PAY_OUT),
            serve(commits, WalletApi.RETURN_WITHDRAWAL),
            node.bus().serve(WalletApi.BALANCE, this::balance),
            node.bus().serve(WalletApi.HISTORY, this::history),
            new LedgerExplorer(node).register(node.bus()),
            node.bus().serve(WalletApi.AUDIT, this::audit)));
  }

  private <C extends WalletCommand, A extends WalletAnswer> Future<Void> serve(
      GroupCommit<WalletCommand, WalletAnswer> commits, Operation<C, A> operation) {
    return node.bus()
        .serveAsync(operation, command -> decide(commits, command).map(operation.reply()::cast));
  }

  /**
   * Decides a command. Two nodes that decide the same id for different wallets share no lock; the
   * unique keys of the database stop the second, whose retry finds the outcome of the first.
   */
  private static Future<WalletAnswer> decide(
      GroupCommit<WalletCommand, WalletAnswer> commits, WalletCommand command) {
    return commits
        .submit(command)
        .recover(
            failure ->
                SqlErrors.duplicateKey(failure) == null
                    ? Future.failedFuture(failure)
                    : commits.submit(command));
  }

  private Balance balance(BalanceOf of) {
    LedgerAccount wallet = store.account(node.database().read(), AccountIds.wallet(of.userId()));
    return wallet == null
        ? new Balance(0, 0, settings.currency(), null)
        : new Balance(
            wallet.balance(),
            wallet.held(),
            settings.currency(),
            wallet.receivable() == 0 ? null : wallet.receivable());
  }

  private History history(HistoryOf of) {
    int limit = Math.clamp(of.limit(), 1, LONGEST_PAGE);
    List<WalletStore.Placed> found =
        store.history(
            node.database().read(), of.userId(), HistoryCursor.below(of.cursor()), limit + 1);
    List<WalletStore.Placed> page = found.subList(0, Math.min(limit, found.size()));
    return new History(
        page.stream().map(WalletStore.Placed::line).toList(),
        found.size() > limit ? HistoryCursor.after(page.getLast().seq()) : null);
  }

  private AuditFindings audit(AuditBooks question) {
    return node.database().inSnapshot(WalletAudit::findings);
  }
}
