package io.classbell.payment.payout;

import io.classbell.payment.payout.model.PaymentReport;
import io.classbell.payment.payout.model.Withdrawal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A provider that pays withdrawals. Methods block a virtual thread and throw {@link
 * io.classbell.payment.provider.ProviderFailure}; none of them may be called inside a database
 * transaction.
 */
public interface PayoutProvider {

  /**
   * Sends the payment of a withdrawal. Sending it again within {@link #keyLife} has no second
   * effect.
   */
  PaymentReport send(Withdrawal withdrawal);

  /** Looks a payment up; null if the provider certainly has none of this withdrawal. */
  @Nullable PaymentReport find(Withdrawal withdrawal);

  /** How long after the first attempt a payment may be sent again under its key. */
  Duration keyLife();

  /** Whether a payment that is not found was certainly never made. */
  boolean canProveAbsence();

  /** Whether a refusal concerns the platform's account, so that the payment waits. */
  boolean isOurs(String code);
}
