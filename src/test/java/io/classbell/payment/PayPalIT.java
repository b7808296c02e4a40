package io.classbell.payment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.embedded.provider.Faults.Kind;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Buying credits with PayPal. */
class PayPalIT {
  private static Shop shop;

  @BeforeAll
  static void open() {
    shop = Shop.open("\"pollEvery\": \"PT1S\"");
  }

  @AfterEach
  void books_are_sound() {
    shop.fakes().paypal().faults().clear();
    shop.webhooks().misbehave(0, 0);
    shop.mustBeSound();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  private static JsonNode approved(Visitor buyer, long amount) {
    JsonNode purchase = Shop.buy(buyer, "paypal", amount);
    shop.fakes().paypal().approve(Shop.checkout(purchase));
    return purchase;
  }

  private static JsonNode paid(Visitor buyer, long amount) {
    JsonNode purchase = approved(buyer, amount);
    Shop.awaitStatus(buyer, purchase, "paid");
    return purchase;
  }

  @Test
  void an_approved_order_is_captured_without_the_browser() {
    Visitor buyer = shop.student();
    JsonNode purchase = approved(buyer, 2_500);
    Shop.awaitBalance(buyer, 2_500);
    assertThat(shop.fakes().paypal().capturesOf(Shop.checkout(purchase))).hasSize(1);
  }

  @Test
  void a_browser_that_returns_before_the_webhook_sees_the_payment() {
    Visitor buyer = shop.student();
    shop.webhooks().hold();
    JsonNode purchase = paid(buyer, 1_000);
    shop.webhooks().release();
    shop.mustBeSound();
    assertThat(Shop.balance(buyer)).isEqualTo(1_000);
    assertThat(shop.fakes().paypal().capturesOf(Shop.checkout(purchase))).hasSize(1);
  }

  @Test
  void an_order_whose_webhooks_are_lost_is_found_by_the_poll() {
    Visitor buyer = shop.student();
    shop.webhooks().misbehave(1, 0);
    approved(buyer, 1_000);
    Shop.awaitBalance(buyer, 1_000);
  }

  @Test
  void a_pending_capture_is_credited_when_it_is_completed() {
    Visitor buyer = shop.student();
    shop.fakes().paypal().pendNext();
    JsonNode purchase = approved(buyer, 1_000);
    TestNode.until(
        "it is captured",
        () -> !shop.fakes().paypal().capturesOf(Shop.checkout(purchase)).isEmpty());
    assertThat(Shop.status(buyer, purchase)).isEqualTo("pending");
    assertThat(Shop.balance(buyer)).isZero();
    String capture = shop.fakes().paypal().capturesOf(Shop.checkout(purchase)).getFirst();
    shop.fakes().paypal().settlePending(capture, true);
    Shop.awaitStatus(buyer, purchase, "paid");
  }

  @Test
  void a_pending_capture_that_is_denied_credits_nothing() {
    Visitor buyer = shop.student();
    shop.fakes().paypal().pendNext();
    JsonNode purchase = approved(buyer, 1_000);
    TestNode.until(
        "it is captured",
        () -> !shop.fakes().paypal().capturesOf(Shop.checkout(purchase)).isEmpty());
    String capture = shop.fakes().paypal().capturesOf(Shop.checkout(purchase)).getFirst();
    shop.fakes().paypal().settlePending(capture, false);
    Shop.awaitStatus(buyer, purchase, "failed");
    assertThat(Shop.balance(buyer)).isZero();
  }

  @Test
  void a_declined_instrument_sends_the_payer_back_to_the_open_order() {
    Visitor buyer = shop.student();
    shop.fakes().paypal().declineNext();
    JsonNode purchase = approved(buyer, 1_000);
    TestNode.until(
        "the capture was refused",
        () ->
            shop.fakes().paypal().journal().stream()
                .anyMatch(line -> line.contains(Shop.checkout(purchase) + "/capture 422")));
    assertThat(Shop.status(buyer, purchase)).isEqualTo("pending");
    shop.fakes().paypal().approve(Shop.checkout(purchase));
    Shop.awaitStatus(buyer, purchase, "paid");
  }

  @Test
  void a_capture_whose_answer_is_lost_is_made_once() {
    Visitor buyer = shop.student();
    shop.fakes().paypal().faults().next("POST /v2/checkout/orders/{id}/capture", Kind.CUT_AFTER, 1);
    JsonNode purchase = approved(buyer, 1_000);
    Shop.awaitBalance(buyer, 1_000);
    assertThat(shop.fakes().paypal().capturesOf(Shop.checkout(purchase))).hasSize(1);
  }

  @Test
  void an_access_token_serves_many_requests_and_is_renewed_after_a_401() {
    Visitor buyer = shop.student();
    paid(buyer, 1_000);
    int before = shop.fakes().paypal().tokens();
    paid(buyer, 1_000);
    assertThat(shop.fakes().paypal().tokens()).isEqualTo(before);
    shop.fakes().paypal().revokeToken();
    paid(buyer, 1_000);
    assertThat(shop.fakes().paypal().tokens()).isGreaterThan(before);
  }

  @Test
  void refunds_by_an_admin_and_on_paypals_pages_post_once_each() {
    Visitor buyer = shop.student();
    JsonNode purchase = paid(buyer, 1_000);
    shop.admin()
        .post(
            "/admin/purchases/" + purchase.path("id").asText() + "/refund",
            "{\"amount\":250,\"reason\":\"By phone\"}")
        .mustBe(201);
    Shop.awaitBalance(buyer, 750);
    shop.fakes().paypal().refundInDashboard(shop.payment(purchase), "7.50");
    Shop.awaitBalance(buyer, 0);
    Shop.awaitStatus(buyer, purchase, "refunded");
  }

  @Test
  void a_reversal_takes_the_credits_and_a_dispute_that_is_won_gives_them_back() {
    Visitor buyer = shop.student();
    JsonNode purchase = paid(buyer, 1_000);
    shop.fakes().paypal().reverse(shop.payment(purchase));
    Shop.awaitBalance(buyer, 0);
    Shop.awaitStatus(buyer, purchase, "charged_back");
    shop.fakes().paypal().resolveDispute(shop.payment(purchase), true);
    Shop.awaitBalance(buyer, 1_000);
  }

  private static int post(byte[] body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + shop.node().port() + "/api/v1/webhooks/paypal"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_webhook_that_paypal_did_not_sign_for_us_is_refused() {
    byte[] body =
        "{\"id\":\"WH-1\",\"event_type\":\"PAYMENT.CAPTURE.COMPLETED\",\"resource\":{}}"
            .getBytes(StandardCharsets.UTF_8);
    byte[] changed = body.clone();
    changed[8] ^= 1;
    var paypal = shop.fakes().paypal();
    String certificate = paypal.signed(body).get("PayPal-Cert-Url");
    String now = Instant.now().toString();
    assertThat(post(body, Map.of())).isEqualTo(400);
    assertThat(post(changed, paypal.signed(body))).isEqualTo(400);
    assertThat(
            post(
                body, paypal.signed(body, now, "http://localhost/paypal/v1/notifications/certs/X")))
        .as("another host")
        .isEqualTo(400);
    assertThat(post(body, paypal.signed(body, now, certificate + "?next=x"))).isEqualTo(400);
    assertThat(post(body, paypal.signed(body, now, certificate.replace("/certs/", "/other/"))))
        .isEqualTo(400);
    assertThat(
            post(
                body,
                paypal.signed(
                    body, Instant.now().minus(Duration.ofDays(5)).toString(), certificate)))
        .as("old")
        .isEqualTo(400);
    assertThat(
            post(
                body,
                paypal.signed(
                    body, Instant.now().plus(Duration.ofHours(1)).toString(), certificate)))
        .as("future")
        .isEqualTo(400);
    Map<String, String> otherAlgorithm = new HashMap<>(paypal.signed(body));
    otherAlgorithm.put("PayPal-Auth-Algo", "SHA1withRSA");
    assertThat(post(body, otherAlgorithm)).isEqualTo(400);
  }
}
