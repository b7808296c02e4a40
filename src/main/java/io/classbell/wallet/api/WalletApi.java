package io.classbell.wallet.api;

import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.failure.RejectionCode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operations of the wallet for other modules. All amounts are minor units (1/100 credit). Every
 * command carries an id and takes effect at most once by it, without a time limit: a repeated
 * command gets the first answer.
 */
public final class WalletApi {

  public static final RejectionCode INSUFFICIENT_CREDITS =
      RejectionCode.conflict("insufficient_credits", "The wallet does not hold enough credits.");
  public static final RejectionCode COMMAND_REUSED =
      new RejectionCode(
          422, "idempotency_key_reused", "This command id was used for another command.", false);
  public static final RejectionCode HOLD_VOIDED =
      RejectionCode.conflict(
          "hold_voided", "This booking was voided before its credits were held.");
  public static final RejectionCode NO_HOLD =
      RejectionCode.conflict("no_hold", "No credits are held for this booking.");
  public static final RejectionCode ALREADY_SETTLED =
      RejectionCode.conflict(
          "already_settled", "This booking's credits were settled in another way.");
  public static final RejectionCode AMOUNT_OUT_OF_RANGE =
      RejectionCode.invalid("amount_out_of_range", "The amount is outside the allowed range.");

  public static final RejectionCode PARTS_DO_NOT_ADD_UP =
      RejectionCode.conflict(
          "parts_do_not_add_up", "The parts are not what is held for this booking.");
  public static final RejectionCode NO_PAYABLE =
      RejectionCode.conflict(
          "no_payable", "No credits are payable for this withdrawal, or they were returned.");
  public static final RejectionCode NO_ACCOUNT =
      RejectionCode.notFound("There is no such account.");
  public static final RejectionCode NO_TRANSACTION =
      RejectionCode.notFound("There is no such transaction.");
  public static final RejectionCode UNKNOWN_PROVIDER =
      RejectionCode.invalid("unknown_provider", "Credits do not come from there.");

  /** Deposits credits: clearing → wallet. Test deposits use provider {@code test}. */
  public static final Operation<Deposit, Posted> DEPOSIT =
      Operation.of(
          "wallet.deposit",
          Deposit.class,
          Posted.class,
          COMMAND_REUSED,
          UNKNOWN_PROVIDER,
          AMOUNT_OUT_OF_RANGE);

  /**
   * Holds a booking's price: student wallet → meeting escrow. A free booking (amount 0) has a hold,
   * too. The command's id is the booking's id. An insufficient-credits result is recorded by the
   * id, so that a redelivered command cannot succeed later.
   */
  public static final Operation<Hold, Held> HOLD =
      Operation.of(
          "wallet.hold",
          Hold.class,
          Held.class,
          HOLD_VOIDED,
          COMMAND_REUSED,
          AMOUNT_OUT_OF_RANGE,
          INSUFFICIENT_CREDITS);

  /**
   * Moves a hold to another meeting's escrow and posts only the difference in price. An
   * insufficient-credits result is recorded by the command's id.
   */
  public static final Operation<MoveHold, Held> MOVE_HOLD =
      Operation.of(
          "wallet.move-hold",
          MoveHold.class,
          Held.class,
          COMMAND_REUSED,
          NO_HOLD,
          ALREADY_SETTLED,
          AMOUNT_OUT_OF_RANGE,
          INSUFFICIENT_CREDITS);

  /**
   * Settles a booking's hold, once: escrow → student, teacher and fees; the parts add up to the
   * held amount. The command's id is the booking's id: a second settlement with the same parts gets
   * the first answer, with other parts {@link #ALREADY_SETTLED}.
   */
  public static final Operation<Settle, Settled> SETTLE =
      Operation.of(
          "wallet.settle",
          Settle.class,
          Settled.class,
          ALREADY_SETTLED,
          NO_HOLD,
          PARTS_DO_NOT_ADD_UP);

  /**
   * Voids a hold. Credits that are held are returned in full; if nothing is held yet, a hold that
   * arrives later is rejected. Used for a booking that lost its seat while its payment was in
   * progress.
   */
  public static final Operation<VoidHold, Settled> VOID_HOLD =
      Operation.of(
          "wallet.void-hold",
          VoidHold.class,
          Settled.class,
          COMMAND_REUSED,
          ALREADY_SETTLED,
          NO_HOLD);

  /** Returns a wallet's balance; 0 for a user without a wallet. */
  public static final Operation<BalanceOf, Balance> BALANCE =
      Operation.of("wallet.balance", BalanceOf.class, Balance.class);

  /** Lists a wallet's history, newest first. */
  public static final Operation<HistoryOf, History> HISTORY =
      Operation.of("wallet.history", HistoryOf.class, History.class, RejectionCode.INVALID_CURSOR);

  /**
   * Posts an admin's adjustment, signed: opening account ↔ wallet. The wallet's balance cannot go
   * below 0.
   */
  public static final Operation<Adjust, Posted> ADJUST =
      Operation.of(
          "wallet.adjust",
          Adjust.class,
          Posted.class,
          COMMAND_REUSED,
          AMOUNT_OUT_OF_RANGE,
          INSUFFICIENT_CREDITS);

  /**
   * Reserves credits for a withdrawal: wallet → payable. Earnings reach the wallet only when their
   * dispute window is over, so every credit in a wallet is matured. An insufficient-credits result
   * is recorded by the withdrawal's id.
   */
  public static final Operation<Withdraw, Posted> WITHDRAW =
      Operation.of(
          "wallet.withdraw",
          Withdraw.class,
          Posted.class,
          COMMAND_REUSED,
          UNKNOWN_PROVIDER,
          AMOUNT_OUT_OF_RANGE,
          INSUFFICIENT_CREDITS);

  /** Records that a provider paid a withdrawal: payable → clearing. */
  public static final Operation<PayOut, Posted> PAY_OUT =
      Operation.of("wallet.pay-out", PayOut.class, Posted.class, COMMAND_REUSED, NO_PAYABLE);

  /**
   * Returns a withdrawal's credits to the wallet: from payable if it was not paid, else from
   * clearing.
   */
  public static final Operation<ReturnWithdrawal, Posted> RETURN_WITHDRAWAL =
      Operation.of(
          "wallet.return-withdrawal",
          ReturnWithdrawal.class,
          Posted.class,
          COMMAND_REUSED,
          NO_PAYABLE);

  /** Lists accounts of the ledger in the order of their ids; for admins. */
  public static final Operation<ListAccounts, Accounts> LIST_ACCOUNTS =
      Operation.of(
          "wallet.list-accounts", ListAccounts.class, Accounts.class, RejectionCode.INVALID_CURSOR);

  /** Lists an account's entries, newest first; for admins. */
  public static final Operation<EntriesOf, AccountEntries> ACCOUNT_ENTRIES =
      Operation.of(
          "wallet.account-entries",
          EntriesOf.class,
          AccountEntries.class,
          NO_ACCOUNT,
          RejectionCode.INVALID_CURSOR);

  /** Returns a transaction with all its entries; for admins. */
  public static final Operation<TransactionById, TransactionView> TRANSACTION =
      Operation.of(
          "wallet.transaction", TransactionById.class, TransactionView.class, NO_TRANSACTION);

  /** Records the result of a check of all invariants. */
  public static final Operation<Proof, Ack> RECORD_PROOF =
      Operation.of("wallet.record-proof", Proof.class, Ack.class);

  /** Returns the last recorded check of all invariants. */
  public static final Operation<LastProofOf, LastProof> LAST_PROOF =
      Operation.of("wallet.last-proof", LastProofOf.class, LastProof.class);

  /**
   * Credits a purchase that is paid: clearing → wallet. The limits of deposits do not apply,
   * because the money has arrived.
   */
  public static final Operation<CreditPurchase, Posted> CREDIT_PURCHASE =
      Operation.of(
          "wallet.credit-purchase",
          CreditPurchase.class,
          Posted.class,
          COMMAND_REUSED,
          UNKNOWN_PROVIDER,
          AMOUNT_OUT_OF_RANGE);

  /**
   * Takes back credits of a purchase, because the provider returned the money: wallet → clearing.
   * What the wallet does not hold becomes a receivable, which later credits settle. With negative
   * amounts, gives back what was taken, because the money stayed after all.
   */
  public static final Operation<ReversePurchase, Posted> REVERSE_PURCHASE =
      Operation.of(
          "wallet.reverse-purchase",
          ReversePurchase.class,
          Posted.class,
          COMMAND_REUSED,
          UNKNOWN_PROVIDER,
          AMOUNT_OUT_OF_RANGE);

  /**
   * Posts money that a provider received and that fits no purchase: clearing → suspense; with a
   * negative amount, when it leaves again.
   */
  public static final Operation<Suspend, Suspended> SUSPEND =
      Operation.of(
          "wallet.suspend",
          Suspend.class,
          Suspended.class,
          COMMAND_REUSED,
          UNKNOWN_PROVIDER,
          AMOUNT_OUT_OF_RANGE);

  /** Checks the invariants that the wallet's own tables can prove. */
  public static final Operation<AuditBooks, AuditFindings> AUDIT =
      Operation.of("wallet.audit", AuditBooks.class, AuditFindings.class);

  public record Deposit(
      String commandId, String userId, long amount, String provider, @Nullable String note)
      implements WalletCommand {}

  /** The posted transaction and the balance after it. */
  public record Posted(
      String transactionId, String userId, long amount, long balanceAfter, Instant at)
      implements WalletAnswer {}

  /** {@code title} is the meeting's, for the history line. */
  public record Hold(
      String bookingId, String meetingId, String studentId, long amount, String title)
      implements WalletCommand {}

  public record Held(String bookingId, String meetingId, long amount, long balanceAfter)
      implements WalletAnswer {}

  public record MoveHold(
      String commandId,
      String bookingId,
      String fromMeetingId,
      String toMeetingId,
      long newAmount,
      String title)
      implements WalletCommand {}

  /**
   * {@code rule} names the reason of the split for the history line, such as {@code
   * student_cancelled_early}; {@code kind} is the transaction's kind: {@code refund}, {@code
   * release} or {@code settlement} (the decision of a review or dispute).
   */
  public record Settle(
      String bookingId,
      String meetingId,
      String studentId,
      String teacherId,
      long student,
      long teacher,
      long fee,
      String kind,
      String rule,
      String title,
      @Nullable String actorId)
      implements WalletCommand {}

  public record Settled(String bookingId, long student, long teacher, long fee)
      implements WalletAnswer {}

  public record VoidHold(
      String bookingId, String meetingId, String studentId, String rule, String title)
      implements WalletCommand {}

  public record BalanceOf(String userId) {}

  /** {@code receivable} is what the user owes; null if nothing. */
  public record Balance(long balance, long held, String currency, @Nullable Long receivable) {}

  public record HistoryOf(String userId, @Nullable String cursor, int limit) {}

  public record History(List<Line> items, @Nullable String nextCursor) {}

  /**
   * {@code amount} is signed; the description is a sentence in plain English. {@code title} is that
   * of the class; {@code studentId} the student of the booking.
   */
  public record Line(
      String id,
      Instant at,
      String kind,
      long amount,
      long balanceAfter,
      String description,
      @Nullable String rule,
      @Nullable String meetingId,
      @Nullable String bookingId,
      @Nullable String title,
      @Nullable String studentId) {}

  public record Adjust(String commandId, Caller admin, String userId, long amount, String reason)
      implements WalletCommand {}

  /** The amount and the provider of a withdrawal never change. */
  public record Withdraw(String withdrawalId, String userId, long amount, String provider)
      implements WalletCommand {}

  /** {@code amount} and {@code provider} are those of the withdrawal. */
  public record PayOut(String withdrawalId, String userId, long amount, String provider)
      implements WalletCommand {}

  /**
   * Returns a part of a withdrawal or all of it.
   *
   * @param returnId the provider's reversal that returns a part of a paid withdrawal; null for the
   *     return of a whole withdrawal
   * @param total the withdrawal's amount
   * @param amount the amount that is returned, at most {@code total}
   * @param rule the reason, for the history line
   */
  public record ReturnWithdrawal(
      String withdrawalId,
      @Nullable String returnId,
      String userId,
      long total,
      long amount,
      String provider,
      String rule)
      implements WalletCommand {}

  /** {@code note} names the purchase for the history line. */
  public record CreditPurchase(
      String commandId, String userId, long amount, String provider, @Nullable String note)
      implements WalletCommand {}

  /**
   * A refund or a chargeback at the provider, or its undoing.
   *
   * @param amount what the user bears, signed: positive amounts are taken
   * @param loss what the platform bears, signed, because other reversals used up the purchase
   * @param rule {@code card_refund}, {@code card_refund_failed}, {@code chargeback} or {@code
   *     chargeback_reversed}
   */
  public record ReversePurchase(
      String commandId,
      String userId,
      long amount,
      long loss,
      String provider,
      String rule,
      @Nullable String actorId,
      @Nullable String note)
      implements WalletCommand {}

  /** {@code note} is the provider's name of the payment. */
  public record Suspend(String commandId, long amount, String provider, @Nullable String note)
      implements WalletCommand {}

  public record Suspended(String transactionId, Instant at) implements WalletAnswer {}

  public record AuditBooks() {}

  /**
   * @param kind wallet, escrow or system; null for all
   * @param ownerId the user of a wallet or the meeting of an escrow; null for all
   */
  public record ListAccounts(
      @Nullable String kind, @Nullable String ownerId, @Nullable String cursor, int limit) {}

  public record Accounts(List<AccountView> items, @Nullable String nextCursor) {}

  /**
   * @param kind wallet, escrow or system
   * @param ownerId the user of a wallet or the meeting of an escrow; null for system accounts
   * @param balance the stored balance; the sum of the entries for system accounts
   * @param held what a student's bookings hold; null for system accounts
   */
  public record AccountView(
      String id, String kind, @Nullable String ownerId, long balance, @Nullable Long held) {}

  public record EntriesOf(String accountId, @Nullable String cursor, int limit) {}

  public record AccountEntries(
      AccountView account, List<AccountEntry> items, @Nullable String nextCursor) {}

  /** {@code amount} is signed: plus is into the account; system accounts have no balanceAfter. */
  public record AccountEntry(
      long seq,
      String transactionId,
      Instant at,
      String kind,
      long amount,
      @Nullable Long balanceAfter,
      @Nullable String rule,
      @Nullable String note,
      @Nullable String meetingId,
      @Nullable String bookingId) {}

  public record TransactionById(String id) {}

  public record TransactionView(
      String id,
      String commandId,
      String kind,
      Instant at,
      long amount,
      @Nullable String meetingId,
      @Nullable String bookingId,
      @Nullable String actorId,
      @Nullable String rule,
      @Nullable String note,
      List<TransactionEntry> entries) {}

  public record TransactionEntry(String accountId, long amount, @Nullable Long balanceAfter) {}

  /** The result of a check of all invariants; {@code violations} is the number of broken rows. */
  public record Proof(boolean ok, Instant checkedAt, int violations) {}

  public record LastProofOf() {}

  /** {@code proof} is null if the books were never proved. */
  public record LastProof(@Nullable Proof proof) {}

  private WalletApi() {}
}
