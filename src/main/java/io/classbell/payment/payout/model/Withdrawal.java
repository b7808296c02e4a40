package io.classbell.payment.payout.model;

import io.classbell.payment.api.PayoutApi;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A withdrawal and its transitions. A transition returns the changed withdrawal, or throws a
 * rejection if the state does not allow it. The ledger follows the state: {@link #nextPosting}
 * names what has to be posted.
 *
 * @param amount in minor units of credits
 * @param ledger where the credits are, as far as it is known here
 * @param returned the part of a paid withdrawal that the provider returned, in minor units
 * @param reason why it was rejected, failed or returned
 */
public record Withdrawal(
    String id,
    String userId,
    long amount,
    Payee payee,
    Status status,
    Ledger ledger,
    Decisions decisions,
    Payment payment,
    long returned,
    @Nullable String reason,
    Instant createdAt,
    Instant updatedAt) {

  /** The state of a withdrawal. The names of all but the first two are the API's. */
  public enum Status {
    /** The credits are being reserved. Not shown to anyone. */
    reserving,
    /** The wallet did not have the credits. Final, and not shown to anyone. */
    refused,
    requested,
    approved,
    sending,
    paid,
    failed,
    returned,
    rejected,
    cancelled
  }

  /** Where the credits of a withdrawal are. */
  public enum Ledger {
    /** In the wallet, or on their way out of it. */
    unreserved,
    payable,
    /** At the provider. */
    paid,
    /** Back in the wallet. */
    returned
  }

  /** A posting that the ledger lacks. */
  public enum Posting {
    reserve,
    pay,
    giveBack
  }

  /**
   * The recipient at the provider, copied from the payout account when the withdrawal is requested.
   *
   * @param value the money, as a decimal number in whole units of the currency
   */
  public record Payee(String provider, String destination, String currency, String value) {

    public boolean isManual() {
      return provider.equals(PayoutApi.MANUAL);
    }
  }

  /** The admins who decided. */
  public record Decisions(
      @Nullable String firstApprover, @Nullable String secondApprover, @Nullable String rejector) {
    static final Decisions NONE = new Decisions(null, null, null);

    public List<String> approvers() {
      List<String> all = new ArrayList<>();
      if (firstApprover != null) {
        all.add(firstApprover);
      }
      if (secondApprover != null) {
        all.add(secondApprover);
      }
      return all;
    }
  }

  /**
   * The payment as the provider reports it.
   *
   * @param reference the provider's id of the payment (transfer, batch), or an admin's reference
   * @param status the provider's own word for the state
   * @param sentAt when it was sent first
   * @param lookAt when the provider is asked next; null when nothing is open there
   */
  public record Payment(
      @Nullable String reference,
      @Nullable String status,
      @Nullable Instant sentAt,
      @Nullable Instant lookAt) {
    static final Payment NONE = new Payment(null, null, null, null);
  }

  /** Statuses whose credits are payable, once they were reserved. */
  public static final Set<Status> OPEN = Set.of(Status.requested, Status.approved, Status.sending);

  private static final Set<Status> GIVEN_BACK =
      Set.of(Status.failed, Status.returned, Status.rejected, Status.cancelled);

  public static Withdrawal create(String id, String userId, long amount, Payee payee, Instant at) {
    return new Withdrawal(
        id,
        userId,
        amount,
        payee,
        Status.reserving,
        Ledger.unreserved,
        Decisions.NONE,
        Payment.NONE,
        0,
        null,
        at,
        at);
  }

  /** Whether users may see it. */
  public boolean isShown() {
    return status != Status.reserving && status != Status.refused;
  }

  /** Returns the posting that is missing in the ledger; null if there is none. */
  public @Nullable Posting nextPosting() {
    if (status == Status.reserving && ledger == Ledger.unreserved) {
      return Posting.reserve;
    }
    if (status == Status.paid && ledger == Ledger.payable) {
      return Posting.pay;
    }
    boolean isOut = ledger == Ledger.payable || ledger == Ledger.paid;
    return GIVEN_BACK.contains(status) && isOut && returned == 0 ? Posting.giveBack : null;
  }

  /** The credits are payable. */
  public Withdrawal reserved(Instant at) {
    return status == Status.reserving
        ? with(Status.requested, Ledger.payable, decisions, payment, returned, reason, at)
        : this;
  }

  /** The wallet refused. */
  public Withdrawal refused(String code, Instant at) {
    return status == Status.reserving
        ? with(Status.refused, ledger, decisions, payment, returned, code, at)
        : this;
  }

  /** Records that a posting was made. */
  public Withdrawal posted(Posting posting, Instant at) {
    return switch (posting) {
      case reserve -> reserved(at);
      case pay ->
          ledger == Ledger.payable
              ? with(status, Ledger.paid, decisions, payment, returned, reason, at)
              : this;
      case giveBack -> with(status, Ledger.returned, decisions, payment, returned, reason, at);
    };
  }

  /**
   * An admin approves.
   *
   * @param secondAbove larger amounts need two admins
   */
  public Withdrawal approve(String admin, long secondAbove, Instant at) {
    requireOther(admin);
    if (status != Status.requested) {
      throw notOpen();
    }
    if (admin.equals(decisions.firstApprover)) {
      throw PayoutApi.SECOND_ADMIN_NEEDED.refused(
          Map.of("amount", amount, "secondApprovalAbove", secondAbove));
    }
    if (decisions.firstApprover == null) {
      Decisions first = new Decisions(admin, null, null);
      Status next = amount > secondAbove ? Status.requested : Status.approved;
      return with(next, ledger, first, payment, returned, reason, at);
    }
    Decisions both = new Decisions(decisions.firstApprover, admin, null);
    return with(Status.approved, ledger, both, payment, returned, reason, at);
  }

  /** An admin rejects; possible until it is sent. */
  public Withdrawal reject(String admin, String why, Instant at) {
    if (status == Status.rejected && admin.equals(decisions.rejector) && why.equals(reason)) {
      return this;
    }
    if (status != Status.requested && status != Status.approved) {
      throw notOpen();
    }
    Decisions rejected = new Decisions(decisions.firstApprover, decisions.secondApprover, admin);
    return with(Status.rejected, ledger, rejected, payment, returned, why, at);
  }

  /** The owner cancels; possible until it is approved. */
  public Withdrawal cancel(Instant at) {
    if (status == Status.cancelled) {
      return this;
    }
    if (status != Status.requested) {
      throw PayoutApi.NOT_CANCELLABLE.refused(Map.of("status", status.name()));
    }
    return with(Status.cancelled, ledger, decisions, payment, returned, reason, at);
  }

  /** An admin has paid by hand. */
  public Withdrawal paidByHand(String admin, String reference, Instant at) {
    requireOther(admin);
    if (status == Status.paid && payee.isManual() && reference.equals(payment.reference)) {
      return this;
    }
    if (status != Status.approved || !payee.isManual()) {
      throw notOpen();
    }
    Payment paid = new Payment(reference, null, at, null);
    return with(Status.paid, ledger, decisions, paid, returned, reason, at);
  }

  /** The payment is about to be sent to the provider, the first time. */
  public Withdrawal send(Instant at, Instant lookAt) {
    if (status != Status.approved || payee.isManual()) {
      throw new IllegalStateException("not to be sent: " + id + " is " + status);
    }
    Payment sent = new Payment(null, null, at, lookAt);
    return with(Status.sending, ledger, decisions, sent, returned, reason, at);
  }

  /**
   * Applies what the provider reports. A final state is not left, except that a paid withdrawal can
   * be returned.
   *
   * @param lookAt when to ask again if the state is not final
   */
  public Withdrawal reported(PaymentReport report, Instant at, Instant lookAt) {
    return switch (report.phase()) {
      case open ->
          status == Status.sending
              ? with(status, ledger, decisions, seen(report, lookAt), returned, reason, at)
              : this;
      case paid ->
          status == Status.sending
              ? with(Status.paid, ledger, decisions, seen(report, null), returned, null, at)
              : this;
      case failed -> status == Status.sending ? over(Status.failed, report, at) : this;
      case returned ->
          status == Status.sending || (status == Status.paid && returned == 0)
              ? over(Status.returned, report, at)
              : this;
    };
  }

  /** The provider returned a part of a paid withdrawal; all parts together are the whole. */
  public Withdrawal returnedPart(long part, String why, Instant at) {
    if (status != Status.paid || part < 1 || part > amount - returned) {
      throw new IllegalStateException(
          "not to be returned in part: " + id + " is " + status + ", " + returned);
    }
    Status next = returned + part == amount ? Status.returned : Status.paid;
    Ledger now = next == Status.returned ? Ledger.returned : ledger;
    return with(next, now, decisions, payment, returned + part, why, at);
  }

  /** When to ask the provider next. */
  public Withdrawal lookedAt(@Nullable Instant next, Instant at) {
    Payment asked = new Payment(payment.reference, payment.status, payment.sentAt, next);
    return with(status, ledger, decisions, asked, returned, reason, at);
  }

  /** The number of approvals that are missing. */
  public int approvalsMissing(long secondAbove) {
    int needed = amount > secondAbove ? 2 : 1;
    return status == Status.requested ? needed - decisions.approvers().size() : 0;
  }

  private Withdrawal over(Status next, PaymentReport report, Instant at) {
    return with(next, ledger, decisions, seen(report, null), returned, report.reason(), at);
  }

  private Payment seen(PaymentReport report, @Nullable Instant lookAt) {
    return new Payment(
        report.reference() == null ? payment.reference : report.reference(),
        report.status(),
        Objects.requireNonNull(payment.sentAt),
        lookAt);
  }

  private void requireOther(String admin) {
    if (admin.equals(userId)) {
      throw PayoutApi.OWN_WITHDRAWAL.refused();
    }
  }

  private RuntimeException notOpen() {
    return PayoutApi.NOT_OPEN.refused(Map.of("status", status.name()));
  }

  private Withdrawal with(
      Status status,
      Ledger ledger,
      Decisions decisions,
      Payment payment,
      long returned,
      @Nullable String reason,
      Instant at) {
    return new Withdrawal(
        id, userId, amount, payee, status, ledger, decisions, payment, returned, reason, createdAt,
        at);
  }
}
