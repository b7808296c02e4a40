package io.classbell.booking.decision;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.CancellationPolicy;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the price or refund that a user was shown with the present one. A command without an
 * expectation accepts any.
 */
final class Terms {

  /** Returns the rejection if the price is not the expected one; null if it is. */
  static @Nullable Decision unlessPrice(@Nullable Long expected, long price) {
    return expected == null || expected == price
        ? null
        : Decision.rejected(BookingApi.TERMS_CHANGED, Map.of("price", price));
  }

  /** The same for a move; {@code price} is the new slot's. */
  static @Nullable Decision unlessPriceOfMove(
      @Nullable Long expected, long price, long currentPrice) {
    return expected == null || expected == price
        ? null
        : Decision.rejected(
            BookingApi.TERMS_CHANGED,
            Map.of(
                "price", price,
                "currentPrice", currentPrice,
                "difference", price - currentPrice));
  }

  /**
   * Returns the rejection if the cancellation gives back another amount.
   *
   * @param split how the price is divided now; null for a booking that is not confirmed, whose
   *     whole price is given back
   */
  static @Nullable Decision unlessRefund(
      @Nullable Long expected, Booking booking, @Nullable Split split) {
    long refund = split == null ? booking.price() : split.student();
    if (expected == null || expected == refund) {
      return null;
    }
    Map<String, Object> terms = new LinkedHashMap<>();
    terms.put("price", booking.price());
    terms.put("refund", refund);
    terms.put("teacher", split == null ? 0L : split.teacher());
    terms.put("fee", split == null ? 0L : split.fee());
    if (split != null) {
      terms.put("rule", split.rule());
    }
    Instant until = CancellationPolicy.fullRefundUntil(booking.policy(), booking.startsAt());
    if (until != null) {
      terms.put("fullRefundUntil", until.toString());
    }
    return Decision.rejected(BookingApi.TERMS_CHANGED, terms);
  }

  private Terms() {}
}
