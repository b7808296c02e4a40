package io.classbell.payment.payout;

import io.classbell.payment.payout.model.PaymentReport;
import io.classbell.payment.payout.model.PaymentReport.Phase;
import io.classbell.payment.payout.model.Withdrawal;
import io.classbell.payment.payout.model.Withdrawal.Status;
import io.classbell.payment.payout.store.WithdrawalStore;
import io.classbell.payment.provider.ProviderFailure;
import io.classbell.payment.provider.ProviderFailure.Kind;
import io.classbell.platform.Failpoint;
import io.classbell.platform.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends approved withdrawals to their providers and follows them to their end. The state {@code
 * sending} is committed before the first call. From then on the provider is asked first: a payment
 * that it does not have is sent again under the same key while the key is kept, and has failed
 * after that. The credits stay payable until the outcome is known.
 */
final class PayoutSending {
  private static final Logger LOG = LoggerFactory.getLogger(PayoutSending.class);
  private static final int MOST_AT_ONCE = 50;

  private final Node node;
  private final WithdrawalStore store;
  private final WithdrawalPosting posting;
  private final Map<String, PayoutProvider> providers;
  private final Duration pollEvery;

  PayoutSending(
      Node node,
      WithdrawalStore store,
      WithdrawalPosting posting,
      Map<String, PayoutProvider> providers,
      Duration pollEvery) {
    this.node = node;
    this.store = store;
    this.posting = posting;
    this.providers = providers;
    this.pollEvery = pollEvery;
  }

  /** Sends a withdrawal that was approved; does nothing if somebody has begun to send it. */
  void send(String id) {
    AtomicBoolean isFirst = new AtomicBoolean();
    Withdrawal withdrawal =
        posting.change(
            id,
            w -> {
              isFirst.set(w.status() == Status.approved && provider(w) != null);
              return isFirst.get() ? w.send(now(), now().plus(pollEvery)) : w;
            });
    if (withdrawal == null || !isFirst.get()) {
      return;
    }
    Failpoint.reach("payout.sending");
    PayoutProvider provider = Objects.requireNonNull(provider(withdrawal));
    attempt(withdrawal, provider, () -> provider.send(withdrawal));
  }

  /** Asks the providers of all payments whose time has come. */
  void lookAtDue() {
    for (String id : store.toLookAt(node.database().read(), now(), MOST_AT_ONCE)) {
      AtomicBoolean isMine = new AtomicBoolean();
      Withdrawal withdrawal =
          posting.change(
              id,
              w -> {
                Instant due = w.payment().lookAt();
                isMine.set(due != null && !due.isAfter(now()));
                return isMine.get() ? w.lookedAt(now().plus(pollEvery), now()) : w;
              });
      if (withdrawal != null && isMine.get()) {
        look(withdrawal);
      }
    }
  }

  /** Asks the provider of a payment now, because it has said that something happened. */
  void look(String id) {
    Withdrawal withdrawal = store.find(node.database().read(), id);
    if (withdrawal != null
        && (withdrawal.status() == Status.sending || withdrawal.status() == Status.paid)) {
      look(withdrawal);
    }
  }

  /** Looks at the withdrawal that a provider's payment belongs to. */
  void lookByReference(String provider, String reference) {
    for (String id : store.byReference(node.database().read(), provider, reference)) {
      look(id);
    }
  }

  private void look(Withdrawal withdrawal) {
    PayoutProvider provider = provider(withdrawal);
    if (provider != null) {
      attempt(withdrawal, provider, () -> current(withdrawal, provider));
    }
  }

  private PaymentReport current(Withdrawal withdrawal, PayoutProvider provider) {
    PaymentReport found = provider.find(withdrawal);
    if (found != null) {
      return found;
    }
    Instant sentAt = Objects.requireNonNull(withdrawal.payment().sentAt());
    if (now().isBefore(sentAt.plus(provider.keyLife()))) {
      return provider.send(withdrawal);
    }
    if (!provider.canProveAbsence()) {
      throw new ProviderFailure(Kind.UNKNOWN, "key_expired");
    }
    return new PaymentReport(Phase.failed, null, "not_sent", "The payment was never made.");
  }

  private interface Call {
    PaymentReport run();
  }

  private void attempt(Withdrawal withdrawal, PayoutProvider provider, Call call) {
    PaymentReport report;
    try {
      report = call.run();
    } catch (ProviderFailure e) {
      if (e.kind() != Kind.REFUSED || provider.isOurs(e.code())) {
        LOG.warn("The payment of withdrawal {} is not known yet: {}", withdrawal.id(), e.code());
        return;
      }
      report = new PaymentReport(Phase.failed, null, e.code(), e.code());
    }
    Failpoint.reach("payout.sent");
    PaymentReport seen = report;
    posting.change(withdrawal.id(), w -> w.reported(seen, now(), now().plus(pollEvery)));
    posting.post(withdrawal.id());
  }

  private @Nullable PayoutProvider provider(Withdrawal withdrawal) {
    return providers.get(withdrawal.payee().provider());
  }

  private Instant now() {
    return node.clock().now();
  }
}
