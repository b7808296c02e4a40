package io.classbell.wallet.api;

import io.classbell.wallet.api.WalletApi.Adjust;
import io.classbell.wallet.api.WalletApi.Deposit;
import io.classbell.wallet.api.WalletApi.Hold;
import io.classbell.wallet.api.WalletApi.MoveHold;
import io.classbell.wallet.api.WalletApi.Settle;
import io.classbell.wallet.api.WalletApi.VoidHold;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command that changes the ledger, with the data that is needed to decide it. */
public sealed interface WalletCommand permits Deposit, Adjust, Hold, MoveHold, Settle, VoidHold {

  /**
   * Returns the id by which the command takes effect at most once: the booking's id for commands on
   * holds.
   */
  default String ledgerId() {
    return switch (this) {
      case Deposit c -> c.commandId();
      case Adjust c -> c.commandId();
      case MoveHold c -> c.commandId();
      case Hold c -> "hold:" + c.bookingId();
      case Settle c -> "settle:" + c.bookingId();
      case VoidHold c -> "void:" + c.bookingId();
    };
  }

  /** Returns the booking whose hold the command uses, if any. */
  default @Nullable String heldFor() {
    return switch (this) {
      case Deposit c -> null;
      case Adjust c -> null;
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
    };
  }
}
