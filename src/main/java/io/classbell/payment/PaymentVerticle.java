package io.classbell.payment;

import io.classbell.payment.api.CreditRates;
import io.classbell.payment.api.PaymentApi;
import io.classbell.payment.api.PaymentSettings;
import io.classbell.payment.audit.PurchaseAudit;
import io.classbell.payment.model.Provider;
import io.classbell.payment.payout.PayoutProvider;
import io.classbell.payment.payout.Withdrawals;
import io.classbell.payment.paypal.PayPalCheckout;
import io.classbell.payment.paypal.PayPalClient;
import io.classbell.payment.paypal.PayPalPayouts;
import io.classbell.payment.paypal.PayPalWebhook;
import io.classbell.payment.paypal.SigningCertificates;
import io.classbell.payment.provider.CheckoutProvider;
import io.classbell.payment.provider.ProviderAccess;
import io.classbell.payment.provider.ProviderFailure;
import io.classbell.payment.provider.Providers;
import io.classbell.payment.provider.WebhookVerifier;
import io.classbell.payment.purchase.CardRefunds;
import io.classbell.payment.purchase.FactRecorder;
import io.classbell.payment.purchase.LegPosting;
import io.classbell.payment.purchase.Purchases;
import io.classbell.payment.store.EventStore;
import io.classbell.payment.store.PurchaseStore;
import io.classbell.payment.store.RefundStore;
import io.classbell.payment.stripe.StripeCheckout;
import io.classbell.payment.stripe.StripeClient;
import io.classbell.payment.stripe.StripePayouts;
import io.classbell.payment.stripe.StripeWebhook;
import io.classbell.payment.webhook.Webhooks;
import io.classbell.platform.PeriodicJob;
import io.classbell.platform.bus.Task;
import io.classbell.platform.bus.Task.Due;
import io.classbell.platform.bus.Task.Failed;
import io.classbell.platform.node.Node;
import io.classbell.platform.outgoing.OutgoingClient;
import io.classbell.platform.outgoing.OutgoingRequest;
import io.classbell.platform.outgoing.OutgoingRetry;
import io.classbell.wallet.api.WalletSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Purchases of credits, refunds, chargebacks and webhooks. Runs on virtual threads. */
public final class PaymentVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(PaymentVerticle.class);
  private static final Duration FAKE_LIMIT = Duration.ofSeconds(30);

  /** How often it is checked which payments to ask for, in real time. */
  private static final Duration PAYOUTS = Duration.ofSeconds(1);

  private static final Duration CLEANUP = Duration.ofHours(1);

  private final Node node;
  private final PaymentSettings settings;
  private final WalletSettings wallet;
  private final String publicUrl;
  private @Nullable OutgoingClient http;

  /**
   * @param wallet limits that a purchase must respect when it is made
   * @param publicUrl where providers send browsers back to
   */
  public PaymentVerticle(
      Node node, PaymentSettings settings, WalletSettings wallet, String publicUrl) {
    this.node = node;
    this.settings = settings;
    this.wallet = wallet;
    this.publicUrl = publicUrl;
  }

  @Override
  public Future<?> start() {
    OutgoingClient client =
        new OutgoingClient(vertx, node.clock()::realNow, node.meters(), node.testMode());
    http = client;
    Map<Provider, CheckoutProvider> checkouts = new EnumMap<>(Provider.class);
    Map<Provider, WebhookVerifier> verifiers = new EnumMap<>(Provider.class);
    Map<String, PayoutProvider> payouts = new TreeMap<>();
    addStripe(client, checkouts, verifiers, payouts);
    addPayPal(client, checkouts, verifiers, payouts);
    Providers providers = new Providers(checkouts, CreditRates.parse(settings.rates()));
    PurchaseStore purchaseStore = new PurchaseStore();
    RefundStore refundStore = new RefundStore();
    FactRecorder facts = new FactRecorder(node, providers, purchaseStore, refundStore);
    LegPosting posting = new LegPosting(node, purchaseStore);
    Purchases purchases =
        new Purchases(
            node,
            providers,
            wallet,
            settings.pollEvery(),
            purchaseStore,
            refundStore,
            facts,
            posting);
    CardRefunds refunds = new CardRefunds(node, providers, purchaseStore, refundStore, facts);
    Webhooks webhooks = new Webhooks(node, providers, verifiers, new EventStore(), facts);
    PeriodicJob.start(vertx, CLEANUP, "deleting old webhooks", webhooks::deleteOld);
    Withdrawals withdrawals = new Withdrawals(node, settings, providers.rates(), payouts);
    webhooks.alsoTell(withdrawals::heard);
    PeriodicJob.start(vertx, PAYOUTS, "asking for payments", withdrawals::lookAtDue);
    LOG.info("payment: providers={}", checkouts.keySet());
    registerWithFakes(client);
    return Future.all(
        List.of(
            withdrawals.register(node.bus()),
            serve(Withdrawals.SEND, due -> withdrawals.send(due.body())),
            node.bus().serve(PaymentApi.RATES, question -> rates(providers)),
            node.bus().serve(PaymentApi.START_PURCHASE, purchases::start),
            node.bus().serve(PaymentApi.PURCHASE, purchases::show),
            node.bus().serve(PaymentApi.LIST_PURCHASES, purchases::list),
            node.bus().serve(PaymentApi.REFUND_PURCHASE, refunds::request),
            node.bus().serve(PaymentApi.WEBHOOK, webhooks::receive),
            node.bus()
                .serve(
                    PaymentApi.AUDIT,
                    question -> node.database().inSnapshot(PurchaseAudit::findings)),
            serve(PaymentApi.POST_LEG, due -> posting.post(due.body())),
            serve(PaymentApi.POLL, due -> purchases.poll(due.body())),
            serve(PaymentApi.SEND_REFUND, due -> refunds.send(due.body(), due.attempt())),
            serve(PaymentApi.READ_EVENT, due -> webhooks.read(due.body()))));
  }

  @Override
  public Future<?> stop() {
    return http == null ? Future.succeededFuture() : http.close();
  }

  /**
   * Tells the fake providers of test mode where their webhooks go. The start does not wait for
   * them: a webhook that is missed meanwhile is found by polling.
   */
  private void registerWithFakes(OutgoingClient client) {
    if (!settings.usesFakes(node.testMode())) {
      return;
    }
    String webhooks = publicUrl + "/api/v1/webhooks";
    client.send(
        OutgoingRequest.post(
                "fake", "add_endpoint", URI.create(settings.fake().url() + "/endpoints"))
            .form(List.of(Map.entry("url", webhooks)))
            .deadline(FAKE_LIMIT)
            .retry(OutgoingRetry.attempts(10).onUnknown()));
  }

  private void addStripe(
      OutgoingClient client,
      Map<Provider, CheckoutProvider> checkouts,
      Map<Provider, WebhookVerifier> verifiers,
      Map<String, PayoutProvider> payouts) {
    PaymentSettings.Stripe stripe = ProviderAccess.stripe(settings, node.testMode());
    if (stripe == null) {
      return;
    }
    var key = Objects.requireNonNull(stripe.secretKey());
    StripeClient api = new StripeClient(client, Objects.requireNonNull(stripe.apiUrl()), key);
    checkouts.put(Provider.stripe, new StripeCheckout(api, publicUrl));
    payouts.put(Provider.stripe.name(), new StripePayouts(api));
    verifiers.put(
        Provider.stripe,
        new StripeWebhook(stripe.webhookSecrets(), key, node.testMode(), node.clock()::realNow));
    if (stripe.webhookSecrets().isEmpty()) {
      LOG.warn("payment.stripe.webhookSecrets is not set: webhooks of Stripe are rejected");
    }
  }

  private void addPayPal(
      OutgoingClient client,
      Map<Provider, CheckoutProvider> checkouts,
      Map<Provider, WebhookVerifier> verifiers,
      Map<String, PayoutProvider> payouts) {
    PaymentSettings.PayPal paypal = ProviderAccess.paypal(settings, node.testMode());
    if (paypal == null) {
      return;
    }
    String apiUrl = Objects.requireNonNull(paypal.apiUrl());
    PayPalClient api =
        new PayPalClient(
            client,
            apiUrl,
            Objects.requireNonNull(paypal.clientId()),
            Objects.requireNonNull(paypal.clientSecret()),
            node.clock()::realNow);
    checkouts.put(Provider.paypal, new PayPalCheckout(api, publicUrl));
    payouts.put(Provider.paypal.name(), new PayPalPayouts(api));
    verifiers.put(
        Provider.paypal,
        new PayPalWebhook(
            paypal.webhookId(),
            paypal.verification(),
            api,
            new SigningCertificates(
                client,
                paypal.certificateHosts(),
                apiUrl,
                paypal.certificateCa(),
                node.testMode(),
                node.clock()::realNow),
            node.clock()::realNow));
    if (paypal.webhookId() == null) {
      LOG.warn("payment.paypal.webhookId is not set: webhooks of PayPal are rejected");
    }
  }

  /**
   * Serves a task whose messages may wait for a provider: all of a delivery are handled at the same
   * time, so that a slow one does not hold up the others.
   */
  private <B> Future<Void> serve(Task<B> task, Consumer<Due<B>> handler) {
    Context own = vertx.getOrCreateContext();
    return node.bus()
        .serveTask(
            task,
            batch -> {
              List<Future<@Nullable Failed>> running = new ArrayList<>();
              for (Due<B> due : batch) {
                Promise<@Nullable Failed> done = Promise.promise();
                own.runOnContext(v -> done.complete(handle(due, handler)));
                running.add(done.future());
              }
              Future.all(running).await();
              return running.stream().map(Future::result).filter(Objects::nonNull).toList();
            });
  }

  private static <B> @Nullable Failed handle(Due<B> due, Consumer<Due<B>> handler) {
    try {
      handler.accept(due);
      return null;
    } catch (ProviderFailure e) {
      // Only a refusal is the message's fault; everything else passes.
      return e.kind() == ProviderFailure.Kind.REFUSED
          ? new Failed(due.id(), String.valueOf(e.getMessage()))
          : new Failed(due.id(), String.valueOf(e.getMessage()), true);
    } catch (RuntimeException e) {
      if (!Task.isNotNow(e)) {
        LOG.error("A message of the payment module failed", e);
      }
      return Failed.of(due.id(), e);
    } catch (Throwable e) {
      LOG.error("A message of the payment module failed", e);
      return Failed.of(due.id(), e);
    }
  }

  private static PaymentApi.Rates rates(Providers providers) {
    return new PaymentApi.Rates(
        providers.rates().inOrder().entrySet().stream()
            .map(
                rate ->
                    new PaymentApi.Rate(
                        rate.getKey(),
                        rate.getValue().toPlainString(),
                        Currency.getInstance(rate.getKey()).getDefaultFractionDigits(),
                        providers.accepting(rate.getKey())))
            .toList());
  }
}
