package io.classbell.payment.payout;

import io.classbell.payment.api.PayoutApi;
import io.classbell.platform.Text;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.Rejection.FieldError;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks where money may be sent. */
final class Destinations {
  private static final Pattern STRIPE_ACCOUNT = Pattern.compile("acct_[A-Za-z0-9]{8,64}");

  /** An address without quotes, comments and display names. */
  private static final Pattern EMAIL =
      Pattern.compile(
          "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}\\.[A-Za-z]{2,63}");

  private static final int LONGEST_EMAIL = 127;
  private static final int LONGEST_DETAILS = 500;
  private static final int MOST_LINES = 12;

  /**
   * Returns the destination without blanks around it.
   *
   * @throws RejectedException if it is not one of this provider
   */
  static String checked(String provider, String destination) {
    String text = destination.strip();
    FieldError error =
        switch (provider) {
          case "stripe" ->
              STRIPE_ACCOUNT.matcher(text).matches()
                  ? null
                  : wrong("Must be a Stripe account id such as acct_1ABCDEFGHIJKLMNO.");
          case "paypal" ->
              text.length() <= LONGEST_EMAIL && EMAIL.matcher(text).matches()
                  ? null
                  : wrong("Must be the e-mail address of a PayPal account.");
          case PayoutApi.MANUAL -> details(text);
          default -> FieldRules.notOneOf("provider", List.of("stripe", "paypal", "manual"));
        };
    if (error != null) {
      throw new RejectedException(Rejection.ofFields(List.of(error)));
    }
    return text;
  }

  private static @Nullable FieldError details(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() > MOST_LINES) {
      return wrong("Must have at most " + MOST_LINES + " lines.");
    }
    boolean clean = lines.stream().allMatch(Text::isOneLine);
    if (!clean || !Text.isVisible(text)) {
      return new FieldError(
          "destination",
          FieldRules.INVALID_TEXT,
          "Must be readable lines without control characters or text direction characters.");
    }
    return FieldRules.length("destination", text, 1L, (long) LONGEST_DETAILS);
  }

  private static FieldError wrong(String message) {
    return new FieldError("destination", FieldRules.WRONG_FORMAT, message);
  }

  private Destinations() {}
}
