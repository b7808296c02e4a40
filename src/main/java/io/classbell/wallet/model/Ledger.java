package io.classbell.wallet.model;

import io.classbell.platform.failure.RejectionCode;
import io.classbell.wallet.api.AccountIds;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.Adjust;
import io.classbell.wallet.api.WalletApi.CreditPurchase;
import io.classbell.wallet.api.WalletApi.Deposit;
import io.classbell.wallet.api.WalletApi.Held;
import io.classbell.wallet.api.WalletApi.Hold;
import io.classbell.wallet.api.WalletApi.MoveHold;
import io.classbell.wallet.api.WalletApi.PayOut;
import io.classbell.wallet.api.WalletApi.Posted;
import io.classbell.wallet.api.WalletApi.ReturnWithdrawal;
import io.classbell.wallet.api.WalletApi.ReversePurchase;
import io.classbell.wallet.api.WalletApi.Settle;
import io.classbell.wallet.api.WalletApi.Settled;
import io.classbell.wallet.api.WalletApi.Suspend;
import io.classbell.wallet.api.WalletApi.Suspended;
import io.classbell.wallet.api.WalletApi.VoidHold;
import io.classbell.wallet.api.WalletApi.Withdraw;
import io.classbell.wallet.api.WalletCommand;
import io.classbell.wallet.api.WalletSettings;
import io.classbell.wallet.model.BookingHold.State;
import io.classbell.wallet.model.Posting.Kind;
import io.classbell.wallet.model.Posting.Reference;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides commands on a {@link LedgerUnitOfWork}, one after another. Each command is decided once
 * by its id: a repeated command gets its first answer, whatever has changed since.
 *
 * <p>Order of precedence for every command: voided hold, known id (first answer or {@code
 * COMMAND_REUSED}), state of the hold, amounts out of range, insufficient credits.
 */
public final class Ledger {
  /** Largest amount of a command: 10^10 credits, in minor units. */
  public static final long MOST = 1_000_000_000_000L;

  private static final Set<Kind> RESOLVING = Set.of(Kind.refund, Kind.release, Kind.settlement);

  private final LedgerUnitOfWork work;
  private final WalletSettings limits;
  private final boolean testMode;

  public Ledger(LedgerUnitOfWork work, WalletSettings limits, boolean testMode) {
    this.work = work;
    this.limits = limits;
    this.testMode = testMode;
  }

  public LedgerDecision decide(WalletCommand command) {
    if (command instanceof Hold c && isGivenUp(c.bookingId())) {
      return no(WalletApi.HOLD_VOIDED);
    }
    RecordedOutcome first = work.past(command.ledgerId());
    if (first != null) {
      return again(command, first);
    }
    try {
      return switch (command) {
        case Deposit c -> deposit(c);
        case Adjust c -> adjust(c);
        case Hold c -> hold(c);
        case MoveHold c -> move(c);
        case Settle c -> settle(c);
        case VoidHold c -> giveUp(c);
        case Withdraw c -> withdraw(c);
        case PayOut c -> payOut(c);
        case ReturnWithdrawal c -> returnWithdrawal(c);
        case CreditPurchase c -> credit(c);
        case ReversePurchase c -> reverse(c);
        case Suspend c -> suspend(c);
      };
    } catch (ArithmeticException overflow) {
      return no(WalletApi.AMOUNT_OUT_OF_RANGE);
    }
  }

  /** Rebuilds the first answer from the stored outcome. */
  private LedgerDecision again(WalletCommand command, RecordedOutcome first) {
    if (!first.inputHash().equals(command.inputHash())) {
      return no(command instanceof Settle ? WalletApi.ALREADY_SETTLED : WalletApi.COMMAND_REUSED);
    }
    if (first.kind() == Kind.refused) {
      return no(WalletApi.INSUFFICIENT_CREDITS);
    }
    return switch (command) {
      case Deposit c -> posted(first, c.userId(), c.amount());
      case Adjust c -> posted(first, c.userId(), c.amount());
      case Hold c -> held(c.bookingId(), c.meetingId(), c.amount(), first.balanceAfter());
      case MoveHold c -> held(c.bookingId(), c.toMeetingId(), c.newAmount(), first.balanceAfter());
      case Settle c -> settled(c);
      case VoidHold c -> giveUp(c);
      case Withdraw c -> posted(first, c.userId(), c.amount());
      case PayOut c -> posted(first, c.userId(), c.amount());
      case ReturnWithdrawal c -> posted(first, c.userId(), c.amount());
      case CreditPurchase c -> posted(first, c.userId(), c.amount());
      case ReversePurchase c -> posted(first, c.userId(), c.amount());
      case Suspend c -> suspended(first);
    };
  }

  private LedgerDecision deposit(Deposit c) {
    if (!AccountIds.isProvider(c.provider()) || (c.provider().equals("test") && !testMode)) {
      return no(WalletApi.UNKNOWN_PROVIDER);
    }
    LedgerAccount wallet = work.account(AccountIds.wallet(c.userId()));
    if (c.amount() < 1 || c.amount() > limits.maxDeposit() || tooMuch(wallet, c.amount())) {
      return no(WalletApi.AMOUNT_OUT_OF_RANGE);
    }
    Posting posting =
        work.post(
            c,
            Kind.deposit,
            new Reference(null, null, null, c.provider(), c.note()),
            c.amount(),
            wallet.id(),
            List.of(new Transfer(AccountIds.clearing(c.provider()), wallet.id(), c.amount())));
    return posted(RecordedOutcome.of(posting), c.userId(), c.amount());
  }

  /** Posts whatever the limits of deposits are: the money has arrived. */
  private LedgerDecision credit(CreditPurchase c) {
    if (!isOutside(c.provider())) {
      return no(WalletApi.UNKNOWN_PROVIDER);
    }
    if (c.amount() < 1 || c.amount() > MOST) {
      return no(WalletApi.AMOUNT_OUT_OF_RANGE);
    }
    String wallet = AccountIds.wallet(c.userId());
    Posting posting =
        work.post(
            c,
            Kind.purchase,
            new Reference(null, null, null, c.provider(), c.note()),
            c.amount(),
            wallet,
            List.of(new Transfer(AccountIds.clearing(c.provider()), wallet, c.amount())));
    return posted(RecordedOutcome.of(posting), c.userId(), c.amount());
  }

  private LedgerDecision reverse(ReversePurchase c) {
    if (!isOutside(c.provider())) {
      return no(WalletApi.UNKNOWN_PROVIDER);
    }
    if (isBeyond(c.amount()) || isBeyond(c.loss())) {
      return no(WalletApi.AMOUNT_OUT_OF_RANGE);
    }
    LedgerAccount wallet = work.account(AccountIds.wallet(c.userId()));
    String clearing = AccountIds.clearing(c.provider());
    long own = Math.min(c.amount(), wallet.balance());
    long owed = c.amount() - own;
    Posting posting =
        work.post(
            c,
            Kind.purchase_reversal,
            new Reference(null, null, c.actorId(), c.rule(), c.note()),
            Math.abs(c.amount() + c.loss()),
            wallet.id(),
            List.of(
                Transfer.signed(wallet.id(), clearing, own),
                new Transfer(AccountIds.receivable(c.userId()), clearing, owed),
                Transfer.signed(AccountIds.LOSSES, clearing, c.loss())));
    if (owed > 0) {
      work.addReceivable(wallet.id(), owed);
    }
    return posted(RecordedOutcome.of(posting), c.userId(), c.amount());
  }

  private LedgerDecision suspend(Suspend c) {
    if (!isOutside(c.provider())) {
      return no(WalletApi.UNKNOWN_PROVIDER);
    }
    if (c.amount() == 0 || isBeyond(c.amount())) {
      return no(WalletApi.AMOUNT_OUT_OF_RANGE);
    }
    Posting posting =
        work.post(
            c,
            Kind.suspense,
            new Reference(null, null, null, c.provider(), c.note()),
            Math.abs(c.amount()),
            null,
            List.of(
                Transfer.signed(
                    AccountIds.clearing(c.provider()), AccountIds.SUSPENSE, c.amount())));
    return suspended(RecordedOutcome.of(posting));
  }

  private static boolean isOutside(String provider) {
    return AccountIds.isProvider(provider) && !provider.equals("test");
  }

  private static boolean isBeyond(long signed) {
    return signed < -MOST || signed > MOST;
  }

  private static LedgerDecision suspended(RecordedOutcome first) {
    return new LedgerDecision.Done(new Suspended(first.transactionId(), first.at()));
  }

  private LedgerDecision adjust(Adjust c) {
    LedgerAccount wallet = work.account(AccountIds.wallet(c.userId()));
    if (c.amount() == 0
        || c.amount() < -limits.maxDeposit()
        || c.amount() > limits.maxDeposit()
        || tooMuch(wallet, c.amount())) {
      return no(WalletApi.AMOUNT_OUT_OF_RANGE);
    }
    Reference reference = new Reference(null, null, c.admin().userId(), null, c.reason());
    if (wallet.balance() + c.amount() < 0) {
      return insufficient(c, reference, -c.amount());
    }
    Posting posting =
        work.post(
            c,
            Kind.adjustment,
            reference,
            Math.abs(c.amount()),
            wallet.id(),
            List.of(Transfer.signed(AccountIds.OPENING, wallet.id(), c.amount())));
    return posted(RecordedOutcome.of(posting), c.userId(), c.amount());
  }

  private LedgerDecision hold(Hold c) {
    if (work.hold(c.bookingId()) != null) {
      return no(WalletApi.COMMAND_REUSED);
    }
    if (c.amount() < 0 || c.amount() > MOST) {
      return no(WalletApi.AMOUNT_OUT_OF_RANGE);
    }
    LedgerAccount wallet = work.account(AccountIds.wallet(c.studentId()));
    Reference reference =
        new Reference(c.meetingId(), c.bookingId(), c.studentId(), null, c.title());
    if (wallet.balance() < c.amount()) {
      return insufficient(c, reference, c.amount());
    }
    Posting posting =
        work.post(
            c,
            Kind.booking,
            reference,
            c.amount(),
            wallet.id(),
            List.of(new Transfer(wallet.id(), AccountIds.escrow(c.meetingId()), c.amount())));
    work.keep(new BookingHold(c.bookingId(), c.meetingId(), c.studentId(), c.amount(), State.held));
    work.addHeld(wallet.id(), c.amount());
    return held(c.bookingId(), c.meetingId(), c.amount(), posting.balanceAfter());
  }

  private LedgerDecision move(MoveHold c) {
    BookingHold hold = work.hold(c.bookingId());
    if (hold == null || hold.state() == State.voided) {
      return no(WalletApi.NO_HOLD);
    }
    if (hold.state() != State.held) {
      return no(WalletApi.ALREADY_SETTLED);
    }
    String walletId = AccountIds.wallet(hold.studentId());
    if (!hold.meetingId().equals(c.fromMeetingId()) || !work.has(walletId)) {
      return no(WalletApi.NO_HOLD);
    }
    if (c.newAmount() < 0 || c.newAmount() > MOST) {
      return no(WalletApi.AMOUNT_OUT_OF_RANGE);
    }
    Reference reference =
        new Reference(c.toMeetingId(), c.bookingId(), hold.studentId(), null, c.title());
    long more = c.newAmount() - hold.amount();
    if (work.account(walletId).balance() < more) {
      return insufficient(c, reference, more);
    }
    String from = AccountIds.escrow(c.fromMeetingId());
    String to = AccountIds.escrow(c.toMeetingId());
    Posting posting =
        work.post(
            c,
            Kind.move,
            reference,
            c.newAmount(),
            walletId,
            List.of(new Transfer(from, to, hold.amount()), Transfer.signed(walletId, to, more)));
    work.keep(hold.movedTo(c.toMeetingId(), c.newAmount()));
    work.addHeld(walletId, more);
    return held(c.bookingId(), c.toMeetingId(), c.newAmount(), posting.balanceAfter());
  }

  private LedgerDecision settle(Settle c) {
    Kind kind = Kind.valueOf(c.kind());
    if (!RESOLVING.contains(kind)) {
      throw new IllegalArgumentException("a hold is not resolved by a " + kind);
    }
    BookingHold hold = work.hold(c.bookingId());
    if (hold == null || hold.state() == State.voided) {
      return no(WalletApi.NO_HOLD);
    }
    if (hold.state() != State.held) {
      return no(WalletApi.ALREADY_SETTLED);
    }
    if (!hold.isOf(c.meetingId(), c.studentId())) {
      return no(WalletApi.NO_HOLD);
    }
    if (!addsUp(c, hold.amount())) {
      return no(WalletApi.PARTS_DO_NOT_ADD_UP);
    }
    String escrow = AccountIds.escrow(c.meetingId());
    String wallet = AccountIds.wallet(c.studentId());
    work.post(
        c,
        kind,
        new Reference(c.meetingId(), c.bookingId(), c.actorId(), c.rule(), c.title()),
        hold.amount(),
        null,
        List.of(
            new Transfer(escrow, wallet, c.student()),
            new Transfer(escrow, AccountIds.wallet(c.teacherId()), c.teacher()),
            new Transfer(escrow, AccountIds.FEES, c.fee())));
    work.keep(hold.as(State.settled));
    work.addHeld(wallet, -hold.amount());
    return settled(c);
  }

  private LedgerDecision giveUp(VoidHold c) {
    BookingHold hold = work.hold(c.bookingId());
    if (hold == null) {
      work.keep(new BookingHold(c.bookingId(), c.meetingId(), c.studentId(), 0, State.voided));
      return returned(c, 0);
    }
    if (hold.isGivenUp()) {
      return returned(c, hold.amount());
    }
    if (hold.state() == State.settled) {
      return no(WalletApi.ALREADY_SETTLED);
    }
    if (!hold.isOf(c.meetingId(), c.studentId())) {
      return no(WalletApi.NO_HOLD);
    }
    String wallet = AccountIds.wallet(c.studentId());
    work.post(
        c,
        Kind.refund,
        new Reference(c.meetingId(), c.bookingId(), null, c.rule(), c.title()),
        hold.amount(),
        wallet,
        List.of(new Transfer(AccountIds.escrow(c.meetingId()), wallet, hold.amount())));
    work.keep(hold.as(State.returned));
    work.addHeld(wallet, -hold.amount());
    return returned(c, hold.amount());
  }

  private LedgerDecision withdraw(Withdraw c) {
    if (!AccountIds.isProvider(c.provider()) || c.provider().equals("test")) {
      return no(WalletApi.UNKNOWN_PROVIDER);
    }
    if (c.amount() < 1 || c.amount() > MOST) {
      return no(WalletApi.AMOUNT_OUT_OF_RANGE);
    }
    LedgerAccount wallet = work.account(AccountIds.wallet(c.userId()));
    Reference reference = new Reference(null, null, c.userId(), c.provider(), null);
    if (wallet.balance() < c.amount()) {
      return insufficient(c, reference, c.amount());
    }
    Posting posting =
        work.post(
            c,
            Kind.withdrawal,
            reference,
            c.amount(),
            wallet.id(),
            List.of(new Transfer(wallet.id(), AccountIds.PAYABLE, c.amount())));
    return posted(RecordedOutcome.of(posting), c.userId(), c.amount());
  }

  private LedgerDecision payOut(PayOut c) {
    if (!isReserved(c.withdrawalId(), c.userId(), c.amount(), c.provider())
        || work.past(WalletCommand.returned(c.withdrawalId())) != null) {
      return no(WalletApi.NO_PAYABLE);
    }
    Posting posting =
        work.post(
            c,
            Kind.payout,
            new Reference(null, null, null, c.provider(), null),
            c.amount(),
            AccountIds.wallet(c.userId()),
            List.of(
                new Transfer(AccountIds.PAYABLE, AccountIds.clearing(c.provider()), c.amount())));
    return posted(RecordedOutcome.of(posting), c.userId(), c.amount());
  }

  /** Only a paid withdrawal can be returned in parts. */
  private LedgerDecision returnWithdrawal(ReturnWithdrawal c) {
    boolean paid = work.past(WalletCommand.paid(c.withdrawalId())) != null;
    boolean whole = c.returnId() == null && c.amount() == c.total();
    if (!isReserved(c.withdrawalId(), c.userId(), c.total(), c.provider())
        || work.past(WalletCommand.returned(c.withdrawalId())) != null
        || c.amount() < 1
        || c.amount() > c.total()
        || !(paid || whole)) {
      return no(WalletApi.NO_PAYABLE);
    }
    String wallet = AccountIds.wallet(c.userId());
    String from = paid ? AccountIds.clearing(c.provider()) : AccountIds.PAYABLE;
    Posting posting =
        work.post(
            c,
            Kind.withdrawal_returned,
            new Reference(null, null, null, c.rule(), null),
            c.total(),
            wallet,
            List.of(new Transfer(from, wallet, c.amount())));
    return posted(RecordedOutcome.of(posting), c.userId(), c.amount());
  }

  /** Whether these credits were reserved for this withdrawal. */
  private boolean isReserved(String withdrawalId, String userId, long amount, String provider) {
    Withdraw first = new Withdraw(withdrawalId, userId, amount, provider);
    RecordedOutcome outcome = work.past(first.ledgerId());
    return outcome != null
        && outcome.kind() == Kind.withdrawal
        && outcome.inputHash().equals(first.inputHash());
  }

  private boolean isGivenUp(String bookingId) {
    BookingHold hold = work.hold(bookingId);
    return hold != null && hold.isGivenUp();
  }

  private boolean tooMuch(LedgerAccount wallet, long more) {
    return more > 0 && wallet.balance() > limits.maxBalance() - more;
  }

  /** No part exceeds the whole, so the sum of three parts does not overflow. */
  private static boolean addsUp(Settle c, long amount) {
    return isPart(c.student(), amount)
        && isPart(c.teacher(), amount)
        && isPart(c.fee(), amount)
        && c.student() + c.teacher() + c.fee() == amount;
  }

  private static boolean isPart(long part, long amount) {
    return part >= 0 && part <= amount;
  }

  /**
   * Records an insufficient-credits result as a posting without entries, so that a redelivered
   * command cannot succeed later: the caller may have acted on the rejection.
   */
  private LedgerDecision insufficient(WalletCommand command, Reference reference, long amount) {
    work.post(command, Kind.refused, reference, amount, null, List.of());
    return no(WalletApi.INSUFFICIENT_CREDITS);
  }

  private static LedgerDecision posted(RecordedOutcome first, String userId, long amount) {
    return new LedgerDecision.Done(
        new Posted(first.transactionId(), userId, amount, told(first.balanceAfter()), first.at()));
  }

  private static LedgerDecision held(
      String bookingId, String meetingId, long amount, @Nullable Long balanceAfter) {
    return new LedgerDecision.Done(new Held(bookingId, meetingId, amount, told(balanceAfter)));
  }

  private static LedgerDecision settled(Settle c) {
    return new LedgerDecision.Done(new Settled(c.bookingId(), c.student(), c.teacher(), c.fee()));
  }

  private static LedgerDecision returned(VoidHold c, long amount) {
    return new LedgerDecision.Done(new Settled(c.bookingId(), amount, 0, 0));
  }

  private static long told(@Nullable Long balanceAfter) {
    if (balanceAfter == null) {
      throw new IllegalStateException("the posting's balance was not kept");
    }
    return balanceAfter;
  }

  private static LedgerDecision no(RejectionCode refusal) {
    return new LedgerDecision.Rejected(refusal);
  }
}
