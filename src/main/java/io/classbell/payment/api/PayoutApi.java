package io.classbell.payment.api;

import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.wallet.api.WalletApi;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bus operations of withdrawals. Amounts are minor units of credits; {@code value} is the money
 * that is paid, as a decimal number in whole units of the currency.
 */
public final class PayoutApi {
  /** The provider whose payments an admin makes by hand. */
  public static final String MANUAL = "manual";

  public static final RejectionCode NO_WITHDRAWAL =
      RejectionCode.notFound("There is no such withdrawal.");
  public static final RejectionCode NO_PAYOUT_ACCOUNT =
      RejectionCode.conflict(
          "no_payout_account", "There is no payout account for this provider. Set one first.");
  public static final RejectionCode PAYOUTS_OFF =
      RejectionCode.conflict("payouts_off", "This provider does not pay out at present.");
  public static final RejectionCode INVALID_FIELD =
      RejectionCode.invalid("invalid", "A field cannot be taken.");
  public static final RejectionCode AMOUNT_OUT_OF_RANGE =
      RejectionCode.invalid("amount_out_of_range", "The amount is outside the allowed range.");
  public static final RejectionCode OWN_WITHDRAWAL =
      new RejectionCode(
          403, "own_withdrawal", "Nobody approves or pays their own withdrawal.", false);
  public static final RejectionCode SECOND_ADMIN_NEEDED =
      RejectionCode.conflict(
          "second_admin_needed", "You have approved it. Another admin must approve it, too.");
  public static final RejectionCode NOT_OPEN =
      RejectionCode.conflict(
          "withdrawal_not_open", "The state of the withdrawal does not allow this.");
  public static final RejectionCode NOT_CANCELLABLE =
      RejectionCode.conflict(
          "withdrawal_not_cancellable", "A withdrawal can be cancelled until it is approved.");

  /** Sets the destination of a user's withdrawals by one provider. */
  public static final Operation<SetAccount, Account> SET_ACCOUNT =
      Operation.of("payment.set-payout-account", SetAccount.class, Account.class, INVALID_FIELD);

  public static final Operation<AccountsOf, Accounts> ACCOUNTS =
      Operation.of("payment.payout-accounts", AccountsOf.class, Accounts.class);

  /**
   * Requests a withdrawal; its credits leave the wallet at once. The command's id is the
   * withdrawal's id.
   */
  public static final Operation<RequestWithdrawal, WithdrawalView> REQUEST =
      Operation.of(
          "payment.request-withdrawal",
          RequestWithdrawal.class,
          WithdrawalView.class,
          INVALID_FIELD,
          AMOUNT_OUT_OF_RANGE,
          PAYOUTS_OFF,
          NO_PAYOUT_ACCOUNT,
          WalletApi.COMMAND_REUSED,
          WalletApi.INSUFFICIENT_CREDITS);

  /** Lists a user's withdrawals, newest first. */
  public static final Operation<WithdrawalsOf, Withdrawals> LIST =
      Operation.of(
          "payment.withdrawals",
          WithdrawalsOf.class,
          Withdrawals.class,
          RejectionCode.INVALID_CURSOR);

  /** Returns a user's withdrawals that are not decided yet, oldest first and without a cursor. */
  public static final Operation<WithdrawalsOf, Withdrawals> OPEN =
      Operation.of("payment.open-withdrawals", WithdrawalsOf.class, Withdrawals.class);

  /** Cancels a withdrawal that is not approved yet. Cancelling twice gives the first answer. */
  public static final Operation<CancelWithdrawal, WithdrawalView> CANCEL =
      Operation.of(
          "payment.cancel-withdrawal",
          CancelWithdrawal.class,
          WithdrawalView.class,
          NO_WITHDRAWAL,
          NOT_CANCELLABLE);

  /** Lists all withdrawals, newest first. */
  public static final Operation<ListWithdrawals, Withdrawals> LIST_ALL =
      Operation.of(
          "payment.list-withdrawals",
          ListWithdrawals.class,
          Withdrawals.class,
          RejectionCode.INVALID_CURSOR);

  /** Returns withdrawals as a CSV file. */
  public static final Operation<ExportWithdrawals, Export> EXPORT =
      Operation.of("payment.export-withdrawals", ExportWithdrawals.class, Export.class);

  public static final Operation<Approve, WithdrawalView> APPROVE =
      Operation.of(
          "payment.approve-withdrawal",
          Approve.class,
          WithdrawalView.class,
          NO_WITHDRAWAL,
          OWN_WITHDRAWAL,
          NOT_OPEN,
          SECOND_ADMIN_NEEDED);

  public static final Operation<Reject, WithdrawalView> REJECT =
      Operation.of(
          "payment.reject-withdrawal", Reject.class, WithdrawalView.class, NO_WITHDRAWAL, NOT_OPEN);

  /** Records that an admin has paid a withdrawal by hand. */
  public static final Operation<MarkPaid, WithdrawalView> MARK_PAID =
      Operation.of(
          "payment.mark-withdrawal-paid",
          MarkPaid.class,
          WithdrawalView.class,
          NO_WITHDRAWAL,
          OWN_WITHDRAWAL,
          NOT_OPEN);

  /** Compares withdrawals with the ledger. */
  public static final Operation<AuditWithdrawals, AuditFindings> AUDIT =
      Operation.of("payment.audit-withdrawals", AuditWithdrawals.class, AuditFindings.class);

  public record AuditWithdrawals() {}

  public record SetAccount(String userId, String provider, String destination) {}

  public record AccountsOf(String userId) {}

  public record Account(String provider, String destination, Instant updatedAt) {}

  public record Accounts(List<Account> items) {}

  /** {@code destination} is that of the payout account if it is null. */
  public record RequestWithdrawal(
      String commandId,
      String userId,
      long amount,
      String provider,
      @Nullable String destination) {}

  public record WithdrawalsOf(String userId, @Nullable String cursor, int limit) {}

  public record CancelWithdrawal(String userId, String withdrawalId) {}

  /** Null for any status or provider. */
  public record ListWithdrawals(
      @Nullable String status, @Nullable String provider, @Nullable String cursor, int limit) {}

  /** Withdrawals that were requested from {@code from} until before {@code to}. */
  public record ExportWithdrawals(
      @Nullable String status, @Nullable Instant from, @Nullable Instant to) {}

  public record Export(String csv) {}

  public record Approve(Caller admin, String withdrawalId) {}

  public record Reject(Caller admin, String withdrawalId, String reason) {}

  public record MarkPaid(Caller admin, String withdrawalId, String reference) {}

  public record Withdrawals(List<WithdrawalView> items, @Nullable String nextCursor) {}

  /**
   * A withdrawal.
   *
   * @param returned the part of a paid withdrawal that came back, in minor units
   * @param reference the provider's id of the payment, or an admin's reference
   * @param providerStatus the provider's own word for the state
   * @param approvers ids of the admins who approved
   * @param approvalsMissing how many admins must still approve
   */
  public record WithdrawalView(
      String id,
      String userId,
      long amount,
      String provider,
      String destination,
      String currency,
      String value,
      String status,
      long returned,
      @Nullable String reason,
      @Nullable String reference,
      @Nullable String providerStatus,
      List<String> approvers,
      int approvalsMissing,
      Instant createdAt,
      Instant updatedAt) {}

  private PayoutApi() {}
}
