package io.classbell.wallet.api;

import io.classbell.wallet.api.WalletApi.Adjust;
import io.classbell.wallet.api.WalletApi.CreditPurchase;
import io.classbell.wallet.api.WalletApi.Deposit;
import io.classbell.wallet.api.WalletApi.Hold;
import io.classbell.wallet.api.WalletApi.MoveHold;
import io.classbell.wallet.api.WalletApi.PayOut;
import io.classbell.wallet.api.WalletApi.ReturnWithdrawal;
import io.classbell.wallet.api.WalletApi.ReversePurchase;
import io.classbell.wallet.api.WalletApi.Settle;
import io.classbell.wallet.api.WalletApi.Suspend;
import io.classbell.wallet.api.WalletApi.VoidHold;
import io.classbell.wallet.api.WalletApi.Withdraw;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command that changes the ledger, with the data that is needed to decide it. */
public sealed interface WalletCommand
    permits Deposit,
        Adjust,
        Hold,
        MoveHold,
        Settle,
        VoidHold,
        Withdraw,
        PayOut,
        ReturnWithdrawal,
        CreditPurchase,
        ReversePurchase,
        Suspend {

  /**
   * Returns the id by which the command takes effect at most once: the booking's id for commands on
   * holds.
   */
  default String ledgerId() {
    return switch (this) {
      case Deposit c -> c.commandId();
      case Adjust c -> c.commandId();
      case MoveHold c -> c.commandId();
      case CreditPurchase c -> c.commandId();
      case ReversePurchase c -> c.commandId();
      case Suspend c -> c.commandId();
      case Hold c -> "hold:" + c.bookingId();
      case Settle c -> "settle:" + c.bookingId();
      case VoidHold c -> "void:" + c.bookingId();
      case Withdraw c -> withdrawal(c.withdrawalId());
      case PayOut c -> paid(c.withdrawalId());
      case ReturnWithdrawal c ->
          c.returnId() == null ? returned(c.withdrawalId()) : "payout-return:" + c.returnId();
    };
  }

  /** Returns the ids of earlier commands whose outcomes decide this one. */
  default List<String> dependsOn() {
    return switch (this) {
      case PayOut c -> List.of(withdrawal(c.withdrawalId()), returned(c.withdrawalId()));
      case ReturnWithdrawal c ->
          List.of(withdrawal(c.withdrawalId()), paid(c.withdrawalId()), returned(c.withdrawalId()));
      default -> List.of();
    };
  }

  /** Returns the id of the command that reserved a withdrawal's credits. */
  static String withdrawal(String withdrawalId) {
    return "withdrawal:" + withdrawalId;
  }

  /** Returns the id of the command that recorded a withdrawal as paid. */
  static String paid(String withdrawalId) {
    return withdrawal(withdrawalId) + ":paid";
  }

  /** Returns the id of the command that returned a whole withdrawal. */
  static String returned(String withdrawalId) {
    return withdrawal(withdrawalId) + ":returned";
  }

  /** Returns the booking whose hold the command uses, if any. */
  default @Nullable String heldFor() {
    return switch (this) {
      case Deposit c -> null;
      case Adjust c -> null;
      case CreditPurchase c -> null;
      case ReversePurchase c -> null;
      case Suspend c -> null;
      case Withdraw c -> null;
      case PayOut c -> null;
      case ReturnWithdrawal c -> null;
      case Hold c -> c.bookingId();
      case MoveHold c -> c.bookingId();
      case Settle c -> c.bookingId();
      case VoidHold c -> c.bookingId();
    };
  }

  /** Returns the guarded accounts that the command may change, as far as the command names them. */
  default List<String> accounts() {
    return switch (this) {
      case Deposit c -> List.of(AccountIds.wallet(c.userId()));
      case Adjust c -> List.of(AccountIds.wallet(c.userId()));
      case CreditPurchase c -> List.of(AccountIds.wallet(c.userId()));
      case ReversePurchase c -> List.of(AccountIds.wallet(c.userId()));
      case Suspend c -> List.of();
      case Withdraw c -> List.of(AccountIds.wallet(c.userId()));
      // The wallet's lock serializes the payment and the return of a withdrawal.
      case PayOut c -> List.of(AccountIds.wallet(c.userId()));
      case ReturnWithdrawal c -> List.of(AccountIds.wallet(c.userId()));
      case Hold c -> List.of(AccountIds.wallet(c.studentId()), AccountIds.escrow(c.meetingId()));
      case VoidHold c ->
          List.of(AccountIds.wallet(c.studentId()), AccountIds.escrow(c.meetingId()));
      case MoveHold c ->
          List.of(AccountIds.escrow(c.fromMeetingId()), AccountIds.escrow(c.toMeetingId()));
      case Settle c ->
          List.of(
              AccountIds.wallet(c.studentId()),
              AccountIds.wallet(c.teacherId()),
              AccountIds.escrow(c.meetingId()));
    };
  }

  /**
   * Returns a hash of all values that affect amounts. It distinguishes a repeated command from a
   * different one with the same id. Titles and rules are excluded, because they only appear in the
   * history line.
   */
  default String inputHash() {
    return switch (this) {
      case Deposit c -> InputHash.of("deposit", c.userId(), c.amount(), c.provider());
      case Adjust c ->
          InputHash.of("adjust", c.admin().userId(), c.userId(), c.amount(), c.reason());
      case CreditPurchase c ->
          InputHash.of("credit-purchase", c.userId(), c.amount(), c.provider());
      case ReversePurchase c ->
          InputHash.of("reverse-purchase", c.userId(), c.amount(), c.loss(), c.provider());
      case Suspend c -> InputHash.of("suspend", c.amount(), c.provider());
      case Hold c -> InputHash.of("hold", c.meetingId(), c.studentId(), c.amount());
      case MoveHold c ->
          InputHash.of("move", c.bookingId(), c.fromMeetingId(), c.toMeetingId(), c.newAmount());
      case Settle c ->
          InputHash.of(
              "settle",
              c.meetingId(),
              c.studentId(),
              c.teacherId(),
              c.student(),
              c.teacher(),
              c.fee());
      case VoidHold c -> InputHash.of("void", c.meetingId(), c.studentId());
      case Withdraw c -> InputHash.of("withdraw", c.userId(), c.amount(), c.provider());
      case PayOut c -> InputHash.of("pay-out", c.userId(), c.amount(), c.provider());
      case ReturnWithdrawal c ->
          InputHash.of("return", c.withdrawalId(), c.userId(), c.amount(), c.provider());
    };
  }
}
