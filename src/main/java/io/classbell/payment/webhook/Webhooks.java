package io.classbell.payment.webhook;

import io.classbell.payment.api.PaymentApi;
import io.classbell.payment.api.PaymentApi.ReadEvent;
import io.classbell.payment.api.PaymentApi.Webhook;
import io.classbell.payment.model.Provider;
import io.classbell.payment.model.ProviderEvent;
import io.classbell.payment.model.Sighting;
import io.classbell.payment.provider.Providers;
import io.classbell.payment.provider.WebhookVerifier;
import io.classbell.payment.purchase.FactRecorder;
import io.classbell.payment.store.EventStore;
import io.classbell.platform.Failpoint;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.db.SqlErrors;
import io.classbell.platform.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives webhooks. An event is verified, then recorded together with the message that carries out
 * its effect, in one transaction and without asking the provider.
 */
public final class Webhooks {
  private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);

  /** Providers repeat an event for three days; reconciliation looks back 30. */
  private static final Duration KEPT = Duration.ofDays(90);

  private final Node node;
  private final Providers providers;
  private final Map<Provider, WebhookVerifier> verifiers;
  private final EventStore events;
  private final FactRecorder facts;
  private Consumer<ProviderEvent> also = event -> {};

  public Webhooks(
      Node node,
      Providers providers,
      Map<Provider, WebhookVerifier> verifiers,
      EventStore events,
      FactRecorder facts) {
    this.node = node;
    this.providers = providers;
    this.verifiers = verifiers;
    this.events = events;
    this.facts = facts;
  }

  /** Also passes every event to this listener, before it counts as processed. */
  public void alsoTell(Consumer<ProviderEvent> listener) {
    also = listener;
  }

  /** Verifies and records a webhook; one that is recorded already is acknowledged again. */
  public Ack receive(Webhook webhook) {
    Provider provider = Provider.named(webhook.provider());
    WebhookVerifier verifier = provider == null ? null : verifiers.get(provider);
    if (verifier == null) {
      throw PaymentApi.PROVIDER_OFF.refused();
    }
    ProviderEvent event =
        verifier.verify(webhook.headers(), Base64.getDecoder().decode(webhook.body()));
    if (!events.has(node.database().read(), event.provider(), event.id())) {
      record(event);
    }
    return Ack.DONE;
  }

  private void record(ProviderEvent event) {
    try {
      node.database()
          .inTransaction(
              tx -> {
                events.insert(tx, event, node.clock().realNow());
                node.outbox()
                    .write(
                        tx,
                        List.of(
                            node.outbox()
                                .message(
                                    PaymentApi.READ_EVENT,
                                    null,
                                    new ReadEvent(event.provider().name(), event.id()),
                                    null)));
                return null;
              });
      LOG.info("webhook provider={} type={} id={}", event.provider(), event.type(), event.id());
      Failpoint.reach("payment.webhook-recorded");
    } catch (RuntimeException e) {
      if (SqlErrors.duplicateKey(e) == null) {
        throw e;
      }
    }
  }

  /**
   * Carries out the effect of an event. Repeating it changes nothing.
   *
   * @throws io.classbell.payment.provider.ProviderFailure if the provider must be asked and does
   *     not answer
   */
  public void read(ReadEvent message) {
    ProviderEvent event =
        events.find(node.database().read(), message.provider(), message.eventId());
    if (event == null) {
      return;
    }
    for (Sighting seen : providers.required(event.provider()).read(event)) {
      facts.record(seen);
    }
    also.accept(event);
    node.database()
        .inTransaction(
            tx -> {
              events.processed(tx, event, node.clock().realNow());
              return null;
            });
  }

  /** Deletes events that no provider repeats any more. */
  public void deleteOld() {
    Instant before = node.clock().realNow().minus(KEPT);
    boolean more = true;
    while (more) {
      more = node.database().inTransaction(tx -> events.deleteOld(tx, before));
    }
  }
}
