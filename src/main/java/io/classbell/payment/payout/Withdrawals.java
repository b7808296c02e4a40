package io.classbell.payment.payout;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.payment.api.CreditRates;
import io.classbell.payment.api.PaymentSettings;
import io.classbell.payment.api.PayoutApi;
import io.classbell.payment.api.PayoutApi.Account;
import io.classbell.payment.api.PayoutApi.Accounts;
import io.classbell.payment.api.PayoutApi.Approve;
import io.classbell.payment.api.PayoutApi.CancelWithdrawal;
import io.classbell.payment.api.PayoutApi.Export;
import io.classbell.payment.api.PayoutApi.ExportWithdrawals;
import io.classbell.payment.api.PayoutApi.ListWithdrawals;
import io.classbell.payment.api.PayoutApi.MarkPaid;
import io.classbell.payment.api.PayoutApi.Reject;
import io.classbell.payment.api.PayoutApi.RequestWithdrawal;
import io.classbell.payment.api.PayoutApi.SetAccount;
import io.classbell.payment.api.PayoutApi.WithdrawalView;
import io.classbell.payment.api.PayoutApi.WithdrawalsOf;
import io.classbell.payment.audit.PayoutAudit;
import io.classbell.payment.model.Provider;
import io.classbell.payment.model.ProviderEvent;
import io.classbell.payment.payout.model.PayoutValue;
import io.classbell.payment.payout.model.Withdrawal;
import io.classbell.payment.payout.model.Withdrawal.Payee;
import io.classbell.payment.payout.store.WithdrawalStore;
import io.classbell.payment.payout.store.WithdrawalStore.Filter;
import io.classbell.payment.payout.store.WithdrawalStore.Place;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.bus.Task;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.SqlErrors;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection.FieldError;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.json.Json;
import io.classbell.platform.node.Node;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Withdrawals and payout accounts: what teachers ask for and what admins decide. */
public final class Withdrawals {
  /** Sends an approved withdrawal to its provider. */
  public static final Task<Send> SEND = Task.of("payment.send-withdrawal", Send.class);

  public record Send(String withdrawalId) {}

  private static final int LONGEST_PAGE = 100;
  private static final int MOST_OPEN = 1_000;

  /** Most rows of an export; a longer one is split by its dates. */
  private static final int LONGEST_EXPORT = 10_000;

  private final Node node;
  private final PaymentSettings settings;
  private final CreditRates rates;
  private final Set<String> providers = new TreeSet<>();
  private final WithdrawalStore store = new WithdrawalStore();
  private final WithdrawalPosting posting;
  private final PayoutSending sending;

  /**
   * @param providers those that pay by themselves, by name
   */
  public Withdrawals(
      Node node,
      PaymentSettings settings,
      CreditRates rates,
      Map<String, PayoutProvider> providers) {
    this.node = node;
    this.settings = settings;
    this.rates = rates;
    this.providers.add(PayoutApi.MANUAL);
    this.providers.addAll(providers.keySet());
    this.posting = new WithdrawalPosting(node, store);
    this.sending = new PayoutSending(node, store, posting, providers, settings.pollEvery());
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        List.of(
            bus.serve(PayoutApi.SET_ACCOUNT, this::setAccount),
            bus.serve(PayoutApi.ACCOUNTS, q -> accounts(q.userId())),
            bus.serve(PayoutApi.REQUEST, this::request),
            bus.serve(PayoutApi.LIST, this::ofUser),
            bus.serve(PayoutApi.OPEN, this::openOf),
            bus.serve(PayoutApi.CANCEL, this::cancel),
            bus.serve(PayoutApi.LIST_ALL, this::list),
            bus.serve(PayoutApi.EXPORT, this::export),
            bus.serve(PayoutApi.APPROVE, this::approve),
            bus.serve(PayoutApi.REJECT, this::reject),
            bus.serve(PayoutApi.MARK_PAID, this::markPaid),
            bus.serve(PayoutApi.AUDIT, q -> node.database().inSnapshot(PayoutAudit::findings)),
            bus.serveTask(WithdrawalPosting.POST, posting::carryOut)));
  }

  /** Sends a withdrawal that was approved. */
  public void send(Send message) {
    sending.send(message.withdrawalId());
  }

  /** Asks the providers of all payments whose time has come; call it every second. */
  public void lookAtDue() {
    sending.lookAtDue();
  }

  /** Asks the provider of a payment that an event is about; other events are ignored. */
  public void heard(ProviderEvent event) {
    JsonNode body = Json.read(event.body(), JsonNode.class);
    if (event.provider() == Provider.stripe && event.type().startsWith("transfer.")) {
      sending.lookByReference("stripe", body.at("/data/object/id").asText());
    } else if (event.type().startsWith("PAYMENT.PAYOUTS")) {
      JsonNode resource = body.path("resource");
      String batch =
          resource
              .path("payout_batch_id")
              .asText(resource.at("/batch_header/payout_batch_id").asText());
      sending.lookByReference("paypal", batch);
    }
  }

  private Account setAccount(SetAccount command) {
    String destination = Destinations.checked(command.provider(), command.destination());
    Account account = new Account(command.provider(), destination, node.clock().now());
    node.database()
        .inTransaction(
            tx -> {
              store.setAccount(tx, command.userId(), account);
              return account;
            });
    return account;
  }

  private Accounts accounts(String userId) {
    return new Accounts(store.accounts(node.database().read(), userId));
  }

  /** A repeated request finds the withdrawal by its id and continues where the first one ended. */
  private WithdrawalView request(RequestWithdrawal command) {
    FieldError range =
        FieldRules.range(
            "amount", command.amount(), settings.minimumWithdrawal(), PayoutValue.MOST);
    if (range != null) {
      throw new RejectedException(PayoutApi.AMOUNT_OUT_OF_RANGE.fields(List.of(range)));
    }
    if (!providers.contains(command.provider())) {
      throw PayoutApi.PAYOUTS_OFF.refused();
    }
    String explicit =
        command.destination() == null
            ? null
            : Destinations.checked(command.provider(), command.destination());
    try {
      node.database().inTransaction(tx -> create(tx, command, explicit));
    } catch (RuntimeException e) {
      // Another node created it at the same time.
      if (SqlErrors.duplicateKey(e) == null) {
        throw e;
      }
      node.database().inTransaction(tx -> create(tx, command, explicit));
    }
    return view(posting.post(command.commandId()));
  }

  private Withdrawal create(Tx tx, RequestWithdrawal command, @Nullable String destination) {
    Withdrawal first = store.lock(tx, command.commandId());
    if (first != null) {
      if (!first.userId().equals(command.userId())
          || first.amount() != command.amount()
          || !first.payee().provider().equals(command.provider())) {
        throw WalletApi.COMMAND_REUSED.refused();
      }
      return first;
    }
    String to = destination == null ? account(tx, command) : destination;
    String currency = rates.firstCurrency();
    PayoutValue value =
        PayoutValue.of(command.amount(), currency, Objects.requireNonNull(rates.of(currency)));
    if (value.isZero()) {
      throw new RejectedException(
          PayoutApi.AMOUNT_OUT_OF_RANGE.fields(
              List.of(
                  FieldRules.outOfRange(
                      "amount",
                      "Is worth less than the smallest unit of " + currency + ".",
                      null,
                      null))));
    }
    Withdrawal created =
        Withdrawal.create(
            command.commandId(),
            command.userId(),
            command.amount(),
            new Payee(command.provider(), to, currency, value.text()),
            node.clock().now());
    store.insert(tx, created);
    node.outbox().write(tx, List.of(posting.watchdog(created.id())));
    return created;
  }

  private String account(Tx tx, RequestWithdrawal command) {
    return store.accounts(tx, command.userId()).stream()
        .filter(a -> a.provider().equals(command.provider()))
        .findFirst()
        .orElseThrow(PayoutApi.NO_PAYOUT_ACCOUNT::refused)
        .destination();
  }

  private WithdrawalView cancel(CancelWithdrawal command) {
    return shown(
        posting.change(
            command.withdrawalId(),
            w -> {
              if (!visible(w).userId().equals(command.userId())) {
                throw PayoutApi.NO_WITHDRAWAL.refused();
              }
              return w.cancel(node.clock().now());
            }));
  }

  private WithdrawalView approve(Approve command) {
    String admin = command.admin().userId();
    return shown(
        posting.change(
            command.withdrawalId(),
            admin,
            "withdrawal_approved",
            null,
            w -> visible(w).approve(admin, settings.secondApprovalAbove(), node.clock().now())));
  }

  private WithdrawalView reject(Reject command) {
    String admin = command.admin().userId();
    return shown(
        posting.change(
            command.withdrawalId(),
            admin,
            "withdrawal_rejected",
            command.reason(),
            w -> visible(w).reject(admin, command.reason(), node.clock().now())));
  }

  private WithdrawalView markPaid(MarkPaid command) {
    String admin = command.admin().userId();
    return shown(
        posting.change(
            command.withdrawalId(),
            admin,
            "withdrawal_paid",
            null,
            w -> visible(w).paidByHand(admin, command.reference(), node.clock().now())));
  }

  private static Withdrawal visible(Withdrawal withdrawal) {
    if (!withdrawal.isShown()) {
      throw PayoutApi.NO_WITHDRAWAL.refused();
    }
    return withdrawal;
  }

  /** Waits until the ledger has followed a change. */
  private WithdrawalView shown(@Nullable Withdrawal changed) {
    if (changed == null) {
      throw PayoutApi.NO_WITHDRAWAL.refused();
    }
    return view(posting.post(changed.id()));
  }

  private PayoutApi.Withdrawals ofUser(WithdrawalsOf query) {
    return page(new Filter(query.userId(), null, null, null, null), query.cursor(), query.limit());
  }

  private PayoutApi.Withdrawals openOf(WithdrawalsOf query) {
    int most = Math.clamp(query.limit(), 1, MOST_OPEN);
    return new PayoutApi.Withdrawals(
        store.open(node.database().read(), query.userId(), most).stream().map(this::view).toList(),
        null);
  }

  private PayoutApi.Withdrawals list(ListWithdrawals query) {
    return page(
        new Filter(null, query.status(), query.provider(), null, null),
        query.cursor(),
        query.limit());
  }

  private PayoutApi.Withdrawals page(Filter filter, @Nullable String cursor, int limit) {
    int most = Math.clamp(limit, 1, LONGEST_PAGE);
    List<Withdrawal> found = store.list(node.database().read(), filter, place(cursor), most + 1);
    List<Withdrawal> items = found.subList(0, Math.min(most, found.size()));
    return new PayoutApi.Withdrawals(
        items.stream().map(this::view).toList(),
        found.size() > most
            ? items.getLast().createdAt().toEpochMilli() + "_" + items.getLast().id()
            : null);
  }

  private static @Nullable Place place(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    int split = cursor.indexOf('_');
    if (!cursor.matches("\\d{1,15}_[0-9a-f-]{36}") || !Ids.isId(cursor.substring(split + 1))) {
      throw RejectionCode.invalidCursor();
    }
    Instant at = Instant.ofEpochMilli(Long.parseLong(cursor.substring(0, split)));
    if (!Sql.isStorable(at)) {
      throw RejectionCode.invalidCursor();
    }
    return new Place(at, cursor.substring(split + 1));
  }

  private Export export(ExportWithdrawals query) {
    Filter filter = new Filter(null, query.status(), null, query.from(), query.to());
    return new Export(
        WithdrawalExport.csv(store.list(node.database().read(), filter, null, LONGEST_EXPORT)));
  }

  private WithdrawalView view(Withdrawal w) {
    return new WithdrawalView(
        w.id(),
        w.userId(),
        w.amount(),
        w.payee().provider(),
        w.payee().destination(),
        w.payee().currency(),
        w.payee().value(),
        w.status().name(),
        w.returned(),
        w.reason(),
        w.payment().reference(),
        w.payment().status(),
        w.decisions().approvers(),
        w.approvalsMissing(settings.secondApprovalAbove()),
        w.createdAt(),
        w.updatedAt());
  }
}
