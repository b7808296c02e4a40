package io.classbell.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.StripeClient;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.StripeException;
import com.stripe.model.Refund;
import com.stripe.model.checkout.Session;
import com.stripe.net.RequestOptions;
import com.stripe.net.Webhook;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.checkout.SessionCreateParams;
import io.classbell.embedded.provider.FakeProviders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A fake that Stripe's own library could not talk to would be none. */
class StripeSdkTest {
  private static final String SECRET = "of-the-sdk";

  private static SessionCreateParams session(long units) {
    return SessionCreateParams.builder()
        .setMode(SessionCreateParams.Mode.PAYMENT)
        .setSuccessUrl("https://classbell.example.com/wallet")
        .addLineItem(
            SessionCreateParams.LineItem.builder()
                .setQuantity(1L)
                .setPriceData(
                    SessionCreateParams.LineItem.PriceData.builder()
                        .setCurrency("eur")
                        .setUnitAmount(units)
                        .setProductData(
                            SessionCreateParams.LineItem.PriceData.ProductData.builder()
                                .setName("Credits")
                                .build())
                        .build())
                .build())
        .build();
  }

  @Test
  void stripes_own_library_pays_refunds_and_verifies_webhooks_at_the_fake()
      throws IOException, StripeException {
    try (FakeProviders fakes = new FakeProviders(0, SECRET)) {
      fakes.start();
      StripeClient sdk =
          StripeClient.builder()
              .setApiKey("sk_test_" + SECRET)
              .setApiBase(fakes.url() + "/stripe")
              .build();
      RequestOptions key = RequestOptions.builder().setIdempotencyKey("one").build();
      Session open = sdk.v1().checkout().sessions().create(session(2_500), key);
      assertThat(sdk.v1().checkout().sessions().create(session(2_500), key).getId())
          .isEqualTo(open.getId());
      assertThatThrownBy(() -> sdk.v1().checkout().sessions().create(session(2_600), key))
          .isInstanceOf(IdempotencyException.class);
      fakes.stripe().pay(open.getId());
      Session paid = sdk.v1().checkout().sessions().retrieve(open.getId());
      assertThat(paid.getPaymentStatus()).isEqualTo("paid");
      Refund refund =
          sdk.v1()
              .refunds()
              .create(
                  RefundCreateParams.builder()
                      .setPaymentIntent(paid.getPaymentIntent())
                      .setAmount(1_000L)
                      .build());
      assertThat(refund.getStatus()).isEqualTo("succeeded");
      String event = fakes.stripe().all("event").getFirst().toString();
      String header =
          fakes.stripe().signed(event.getBytes(StandardCharsets.UTF_8)).get("Stripe-Signature");
      assertThat(Webhook.constructEvent(event, header, "whsec_" + SECRET).getType())
          .isEqualTo("payment_intent.succeeded");
    }
  }
}
