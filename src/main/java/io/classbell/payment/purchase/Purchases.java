package io.classbell.payment.purchase;

import io.classbell.payment.api.PaymentApi;
import io.classbell.payment.api.PaymentApi.ListPurchases;
import io.classbell.payment.api.PaymentApi.PollPurchase;
import io.classbell.payment.api.PaymentApi.PostLeg;
import io.classbell.payment.api.PaymentApi.PurchaseOf;
import io.classbell.payment.api.PaymentApi.PurchaseView;
import io.classbell.payment.api.PaymentApi.RefundView;
import io.classbell.payment.api.PaymentApi.StartPurchase;
import io.classbell.payment.model.ChargeCurrency;
import io.classbell.payment.model.Provider;
import io.classbell.payment.model.Purchase;
import io.classbell.payment.model.Purchase.State;
import io.classbell.payment.model.Sighting;
import io.classbell.payment.provider.CheckoutProvider;
import io.classbell.payment.provider.CheckoutProvider.OpenCheckout;
import io.classbell.payment.provider.ProviderFailure;
import io.classbell.payment.provider.Providers;
import io.classbell.payment.store.PurchaseStore;
import io.classbell.payment.store.PurchaseStore.Started;
import io.classbell.payment.store.RefundStore;
import io.classbell.platform.Failpoint;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.db.SqlErrors;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.Rejection.FieldError;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.node.Node;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletSettings;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts, shows and polls purchases. */
public final class Purchases {
  private static final Logger LOG = LoggerFactory.getLogger(Purchases.class);

  /** How long a payer has. Stripe accepts 30 minutes to 24 hours. */
  private static final Duration CHECKOUT_LIFE = Duration.ofHours(1);

  /** A purchase is looked up for a viewer at most this often, and no longer than the limit. */
  private static final Duration VIEW_PAUSE = Duration.ofSeconds(2);

  private static final Duration VIEW_LIMIT = Duration.ofSeconds(3);
  private static final Duration POLL_LIMIT = Duration.ofSeconds(7);

  /** A payment that takes days is looked up less often. */
  private static final Duration SLOW_POLL = Duration.ofHours(1);

  /** Delayed payments are decided within two weeks. */
  private static final Duration GIVE_UP = Duration.ofDays(15);

  private static final int LONGEST_PAGE = 100;
  private static final String ABOVE_ALL_IDS = "g";

  private final Node node;
  private final Providers providers;
  private final WalletSettings limits;
  private final Duration pollEvery;
  private final PurchaseStore store;
  private final RefundStore refunds;
  private final FactRecorder facts;
  private final LegPosting posting;

  public Purchases(
      Node node,
      Providers providers,
      WalletSettings limits,
      Duration pollEvery,
      PurchaseStore store,
      RefundStore refunds,
      FactRecorder facts,
      LegPosting posting) {
    this.node = node;
    this.providers = providers;
    this.limits = limits;
    this.pollEvery = pollEvery;
    this.store = store;
    this.refunds = refunds;
    this.facts = facts;
    this.posting = posting;
  }

  /** Writes the purchase first, then opens its checkout. A repeated command goes on from there. */
  public PurchaseView start(StartPurchase command) {
    Started started = store.byCommand(node.database().read(), command.commandId());
    if (started == null) {
      Purchase purchase = checked(command);
      try {
        insert(purchase, command.commandId());
      } catch (RuntimeException e) {
        if (SqlErrors.duplicateKey(e) == null) {
          throw e;
        }
      }
      started = store.byCommand(node.database().read(), command.commandId());
    }
    if (started == null) {
      throw new IllegalStateException("the purchase was written");
    }
    Purchase purchase = started.purchase();
    if (!purchase.userId().equals(command.userId())
        || !purchase.provider().name().equals(command.provider())
        || purchase.amount() != command.amount()) {
      throw PaymentApi.COMMAND_REUSED.refused();
    }
    Failpoint.reach("payment.purchase-written");
    return view(purchase.isOpen() && purchase.checkoutRef() == null ? open(started) : purchase);
  }

  private void insert(Purchase purchase, String commandId) {
    node.database()
        .inTransaction(
            tx -> {
              store.insert(tx, purchase, commandId, node.clock().realNow());
              node.outbox()
                  .write(
                      tx,
                      List.of(
                          node.outbox()
                              .message(
                                  PaymentApi.POLL,
                                  node.clock().now().plus(pollEvery),
                                  new PollPurchase(purchase.id(), 1),
                                  null)));
              return null;
            });
  }

  /** Checks what a purchase must satisfy when it is made; nothing of it is checked later. */
  private Purchase checked(StartPurchase command) {
    Provider provider = Provider.named(command.provider());
    if (provider == null || providers.of(provider) == null) {
      throw invalid(FieldRules.notOneOf("provider", List.copyOf(providers.byName().keySet())));
    }
    String code = command.currency() == null ? firstCurrency(provider) : command.currency();
    BigDecimal rate = code == null ? null : providers.rates().of(code);
    ChargeCurrency currency = code == null ? null : ChargeCurrency.of(provider, code);
    if (rate == null || currency == null) {
      throw invalid(FieldRules.notOneOf("currency", currenciesOf(provider)));
    }
    long price = price(currency, rate, command.amount());
    checkRoom(command);
    Instant now = node.clock().now();
    return new Purchase(
        Ids.next(),
        command.userId(),
        provider,
        command.amount(),
        price,
        currency.code(),
        State.pending,
        null,
        null,
        null,
        now.plus(CHECKOUT_LIFE),
        now,
        null,
        0,
        0,
        0);
  }

  private @Nullable String firstCurrency(Provider provider) {
    List<String> currencies = currenciesOf(provider);
    return currencies.isEmpty() ? null : currencies.getFirst();
  }

  private List<String> currenciesOf(Provider provider) {
    return providers.rates().inOrder().keySet().stream()
        .filter(code -> ChargeCurrency.of(provider, code) != null)
        .toList();
  }

  private static long price(ChargeCurrency currency, BigDecimal rate, long credits) {
    long price;
    try {
      price = currency.price(rate, credits);
    } catch (ArithmeticException e) {
      price = Long.MAX_VALUE;
    }
    if (price < currency.minimum()) {
      throw invalid(
          FieldRules.outOfRange(
              "amount",
              "The price must be at least %s %s."
                  .formatted(currency.amount(currency.minimum()).toPlainString(), currency.code()),
              null,
              null));
    }
    if (price > currency.maximum()) {
      throw invalid(
          FieldRules.outOfRange(
              "amount",
              "The price must be at most %s %s."
                  .formatted(currency.amount(currency.maximum()).toPlainString(), currency.code()),
              null,
              null));
    }
    return price;
  }

  /** The limits of deposits hold for purchases when they are made. */
  private void checkRoom(StartPurchase command) {
    FieldError error = FieldRules.range("amount", command.amount(), 1, limits.maxDeposit());
    if (error != null) {
      throw invalid(error);
    }
    long balance =
        node.bus()
            .ask(WalletApi.BALANCE, new WalletApi.BalanceOf(command.userId()))
            .await()
            .balance();
    long room = Math.max(0, limits.maxBalance() - balance);
    if (command.amount() > room) {
      throw invalid(
          FieldRules.outOfRange(
              "amount",
              "Must be at most %d, as a wallet holds at most %d."
                  .formatted(room, limits.maxBalance()),
              1L,
              room));
    }
  }

  private static RejectedException invalid(FieldError error) {
    return new RejectedException(Rejection.ofFields(List.of(error)));
  }

  private Purchase open(Started started) {
    Purchase purchase = started.purchase();
    OpenCheckout checkout;
    try {
      Instant expires = purchase.expiresAt().minusMillis(node.clock().testOffsetMillis());
      checkout = providers.required(purchase.provider()).open(purchase, started.attempt(), expires);
    } catch (ProviderFailure e) {
      LOG.warn("The checkout of purchase {} is not open: {}", purchase.id(), e.getMessage());
      node.database()
          .inTransaction(
              tx -> {
                if (e.kind() == ProviderFailure.Kind.BROKEN) {
                  // The provider repeats a server error under the same key. A checkout that it made
                  // all the same has an address that nobody knows, so a second one is safe.
                  store.nextAttempt(tx, purchase.id(), started.attempt());
                } else if (e.kind() == ProviderFailure.Kind.REFUSED) {
                  Purchase locked = store.lock(tx, purchase.id());
                  if (locked != null && locked.isOpen() && locked.checkoutRef() == null) {
                    store.update(tx, locked.in(State.failed));
                  }
                }
                return null;
              });
      throw PaymentApi.PROVIDER_UNAVAILABLE.refused();
    }
    Failpoint.reach("payment.checkout-opened");
    node.database()
        .inTransaction(tx -> store.opened(tx, purchase.id(), checkout.ref(), checkout.url()));
    Purchase opened = store.find(node.database().read(), purchase.id());
    return opened == null ? purchase : opened;
  }

  /** Shows a purchase to its buyer, after asking the provider if it is undecided. */
  public PurchaseView show(PurchaseOf question) {
    Purchase purchase = store.find(node.database().read(), question.id());
    if (purchase == null || !purchase.userId().equals(question.userId())) {
      throw PaymentApi.NOT_FOUND.refused();
    }
    if (purchase.creditedAt() == null && claim(purchase)) {
      try {
        if (purchase.state() != State.paid) {
          look(purchase, false, VIEW_LIMIT);
        }
        posting.post(new PostLeg("purchase:" + purchase.id()));
      } catch (ProviderFailure | OutcomeUnknown | RejectedException e) {
        LOG.debug("Purchase {} is shown as it was: {}", purchase.id(), e.getMessage());
      }
      Purchase fresh = store.find(node.database().read(), purchase.id());
      purchase = fresh == null ? purchase : fresh;
    }
    return view(purchase);
  }

  private boolean claim(Purchase purchase) {
    Instant now = node.clock().realNow();
    return node.database()
        .inTransaction(tx -> store.claimCheck(tx, purchase.id(), now, now.minus(VIEW_PAUSE)));
  }

  private void look(Purchase purchase, boolean close, Duration limit) {
    if (purchase.checkoutRef() == null) {
      return;
    }
    CheckoutProvider provider = providers.required(purchase.provider());
    for (Sighting seen : provider.look(purchase, close, limit)) {
      facts.record(seen);
    }
  }

  /** Asks the provider for a purchase that is undecided, and schedules the next question. */
  public void poll(PollPurchase message) {
    Purchase purchase = store.find(node.database().read(), message.purchaseId());
    if (purchase == null || !purchase.isOpen()) {
      return;
    }
    Instant now = node.clock().now();
    boolean isOver = !now.isBefore(purchase.expiresAt());
    try {
      look(purchase, isOver, POLL_LIMIT);
    } catch (ProviderFailure e) {
      LOG.warn("Purchase {} is not decided yet: {}", purchase.id(), e.getMessage());
    }
    node.database()
        .inTransaction(
            tx -> {
              Purchase locked = store.lock(tx, purchase.id());
              if (locked == null || !locked.isOpen()) {
                return null;
              }
              if (isOver
                  && (locked.checkoutRef() == null
                      || now.isAfter(locked.expiresAt().plus(GIVE_UP)))) {
                store.update(tx, locked.in(State.expired));
                return null;
              }
              int round = message.round() + 1;
              node.outbox()
                  .write(
                      tx,
                      List.of(
                          node.outbox()
                              .message(
                                  PaymentApi.POLL,
                                  nextPoll(locked, now),
                                  new PollPurchase(locked.id(), round),
                                  "poll:" + locked.id() + ":" + round)));
              return null;
            });
  }

  private Instant nextPoll(Purchase purchase, Instant now) {
    Instant next = now.plus(pollEvery);
    if (now.isBefore(purchase.expiresAt())) {
      return next.isBefore(purchase.expiresAt()) ? next : purchase.expiresAt();
    }
    boolean isFresh = now.isBefore(purchase.expiresAt().plus(SLOW_POLL));
    return isFresh || pollEvery.compareTo(SLOW_POLL) > 0 ? next : now.plus(SLOW_POLL);
  }

  /** Lists purchases of a user, or of all users for admins. */
  public PaymentApi.Purchases list(ListPurchases question) {
    int limit = Math.clamp(question.limit(), 1, LONGEST_PAGE);
    List<Purchase> found =
        store.list(node.database().read(), question.userId(), below(question.cursor()), limit + 1);
    List<Purchase> page = found.subList(0, Math.min(limit, found.size()));
    List<PurchaseView> items = new ArrayList<>();
    for (Purchase purchase : page) {
      items.add(question.userId() == null ? adminView(purchase) : view(purchase));
    }
    return new PaymentApi.Purchases(items, found.size() > limit ? page.getLast().id() : null);
  }

  private static String below(@Nullable String cursor) {
    if (cursor == null) {
      return ABOVE_ALL_IDS;
    }
    if (!cursor.matches("[0-9a-f-]{36}")) {
      throw RejectionCode.invalidCursor();
    }
    return cursor;
  }

  static PurchaseView view(Purchase p) {
    return view(p, null, null, null);
  }

  private PurchaseView adminView(Purchase p) {
    List<RefundView> own =
        refunds.of(node.database().read(), p.id()).stream()
            .map(refund -> CardRefunds.view(refund, p.currency()))
            .toList();
    return view(p, p.userId(), p.paymentRef() == null ? p.checkoutRef() : p.paymentRef(), own);
  }

  private static PurchaseView view(
      Purchase p,
      @Nullable String userId,
      @Nullable String reference,
      @Nullable List<RefundView> own) {
    return new PurchaseView(
        p.id(),
        p.status(),
        p.provider().name(),
        p.amount(),
        p.price(),
        p.currency(),
        p.isOpen() ? p.checkoutUrl() : null,
        p.expiresAt(),
        p.createdAt(),
        p.creditedAt(),
        p.returned() == 0 ? null : p.returned(),
        userId,
        reference,
        own);
  }
}
