package io.classbell.booking.command;

import io.classbell.platform.Failpoint;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.wallet.api.WalletApi;
import java.time.Duration;

/**
 * What a student can pay, read before a seat is taken, so that students who cannot pay do not hold
 * seats while the wallet is asked. Only a hint: the ledger still decides about every booking that
 * passes.
 *
 * <p>Failpoint: {@code funds.read}.
 */
final class Funds {
  /** When the wallet does not answer in time, the booking goes on without the hint. */
  private static final Duration LIMIT = Duration.ofMillis(500);

  private final Bus bus;

  Funds(Bus bus) {
    this.bus = bus;
  }

  /** Credits in the student's wallet, in minor units; {@code Long.MAX_VALUE} when unknown. */
  long of(String studentId) {
    long credits;
    try {
      credits =
          bus.ask(WalletApi.BALANCE, new WalletApi.BalanceOf(studentId), LIMIT).await().balance();
    } catch (OutcomeUnknown | RejectedException unknown) {
      credits = Long.MAX_VALUE;
    }
    Failpoint.reach("funds.read");
    return credits;
  }
}
