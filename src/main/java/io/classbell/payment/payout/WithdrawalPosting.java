package io.classbell.payment.payout;

import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Tell;
import io.classbell.payment.payout.model.Withdrawal;
import io.classbell.payment.payout.model.Withdrawal.Posting;
import io.classbell.payment.payout.model.Withdrawal.Status;
import io.classbell.payment.payout.store.WithdrawalStore;
import io.classbell.platform.Failpoint;
import io.classbell.platform.adminlog.AdminAction;
import io.classbell.platform.adminlog.AdminLog;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.bus.Task;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.node.Node;
import io.classbell.platform.outbox.Outbox;
import io.classbell.wallet.api.WalletApi;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes withdrawals and lets the ledger follow. A change commits together with a task that posts
 * it, so that the ledger follows even if this node dies; usually the caller posts it at once and
 * the task finds nothing to do.
 */
final class WithdrawalPosting {
  /** Posts what the ledger lacks of a withdrawal. */
  static final Task<Post> POST = Task.of("payment.post-withdrawal", Post.class);

  record Post(String withdrawalId) {}

  /** An admin who acts. */
  private record Acting(String adminId, String action, @Nullable String reason) {}

  private static final Duration WATCHDOG = Duration.ofSeconds(5);

  private final Node node;
  private final WithdrawalStore store;

  WithdrawalPosting(Node node, WithdrawalStore store) {
    this.node = node;
    this.store = store;
  }

  /** Handles the tasks, each on its own: one that cannot be posted does not delay the others. */
  List<Task.Failed> carryOut(List<Task.Due<Post>> batch) {
    List<Task.Failed> failed = new ArrayList<>();
    for (Task.Due<Post> due : batch) {
      try {
        post(due.body().withdrawalId());
      } catch (RejectedException refused) {
        if (refused.failure().status() == 503) {
          failed.add(Task.Failed.of(due.id(), refused));
        }
      } catch (RuntimeException e) {
        failed.add(Task.Failed.of(due.id(), e));
      }
    }
    return failed;
  }

  /**
   * Changes a withdrawal under its lock, with the notices of the change.
   *
   * @return the changed withdrawal; null if there is none
   */
  @Nullable Withdrawal change(String id, UnaryOperator<Withdrawal> transition) {
    return node.database().inTransaction(tx -> change(tx, id, null, transition));
  }

  /**
   * The same as an action of an admin, which is logged.
   *
   * @param reason that the admin gave
   */
  @Nullable Withdrawal change(
      String id,
      String adminId,
      String action,
      @Nullable String reason,
      UnaryOperator<Withdrawal> transition) {
    Acting acting = new Acting(adminId, action, reason);
    return node.database().inTransaction(tx -> change(tx, id, acting, transition));
  }

  private @Nullable Withdrawal change(
      Tx tx, String id, @Nullable Acting acting, UnaryOperator<Withdrawal> transition) {
    Withdrawal before = store.lock(tx, id);
    if (before == null) {
      return null;
    }
    Withdrawal after = transition.apply(before);
    if (after.equals(before)) {
      return before;
    }
    store.update(tx, after);
    if (acting != null) {
      AdminLog.record(
          tx,
          node.clock().now(),
          new AdminAction(
              acting.adminId,
              acting.action,
              "withdrawal",
              id,
              acting.reason,
              logged(before),
              logged(after)));
    }
    List<Outbox.Outgoing> messages = new ArrayList<>(3);
    List<Fact> facts = WithdrawalEvents.of(before, after, node.clock().now());
    if (!facts.isEmpty()) {
      messages.add(node.outbox().message(NotificationApi.TELL, null, new Tell(facts), null));
    }
    if (before.status() != Status.approved
        && after.status() == Status.approved
        && !after.payee().isManual()) {
      messages.add(
          node.outbox().message(Withdrawals.SEND, null, new Withdrawals.Send(after.id()), null));
    }
    if (after.nextPosting() != null) {
      messages.add(watchdog(after.id()));
    }
    node.outbox().write(tx, messages);
    return after;
  }

  private static Map<String, Object> logged(Withdrawal withdrawal) {
    return Map.of(
        "status",
        withdrawal.status().name(),
        "approvals",
        withdrawal.decisions().approvers().size());
  }

  /** Returns the task that posts a change if nobody else does. */
  Outbox.Outgoing watchdog(String id) {
    return node.outbox().message(POST, node.clock().now().plus(WATCHDOG), new Post(id), null);
  }

  /**
   * Posts what the ledger lacks.
   *
   * @return the withdrawal afterwards
   * @throws RejectedException if the wallet refuses to reserve the credits, or is unavailable
   */
  Withdrawal post(String id) {
    while (true) {
      Withdrawal withdrawal = Objects.requireNonNull(store.find(node.database().read(), id), id);
      if (withdrawal.status() == Status.refused) {
        // The wallet has recorded its refusal and gives it again, with the current balance.
        reserve(withdrawal);
      }
      Posting posting = withdrawal.nextPosting();
      if (posting == null) {
        return withdrawal;
      }
      Failpoint.reach("payout.before-" + posting);
      if (posting == Posting.reserve) {
        reserveOrRefuse(withdrawal);
      } else if (!follow(withdrawal, posting)) {
        continue;
      }
      Failpoint.reach("payout.after-" + posting);
      change(id, w -> w.posted(posting, now()));
    }
  }

  private void reserveOrRefuse(Withdrawal withdrawal) {
    try {
      reserve(withdrawal);
    } catch (RejectedException refused) {
      if (refused.failure().status() != 503) {
        change(withdrawal.id(), w -> w.refused(refused.failure().code(), now()));
      }
      throw refused;
    }
  }

  private void reserve(Withdrawal w) {
    ask(
        WalletApi.WITHDRAW,
        new WalletApi.Withdraw(w.id(), w.userId(), w.amount(), w.payee().provider()));
  }

  /** Returns false if the state has changed meanwhile, so that this posting is obsolete. */
  private boolean follow(Withdrawal w, Posting posting) {
    String provider = w.payee().provider();
    try {
      if (posting == Posting.pay) {
        ask(WalletApi.PAY_OUT, new WalletApi.PayOut(w.id(), w.userId(), w.amount(), provider));
      } else {
        ask(
            WalletApi.RETURN_WITHDRAWAL,
            new WalletApi.ReturnWithdrawal(
                w.id(),
                null,
                w.userId(),
                w.amount(),
                w.amount(),
                provider,
                "withdrawal_" + w.status()));
      }
      return true;
    } catch (RejectedException refused) {
      Withdrawal current = store.find(node.database().read(), w.id());
      if (current != null && current.nextPosting() != posting) {
        return false;
      }
      throw refused;
    }
  }

  private <Q, A> A ask(Operation<Q, A> operation, Q request) {
    return node.bus().ask(operation, request).await();
  }

  private Instant now() {
    return node.clock().now();
  }
}
