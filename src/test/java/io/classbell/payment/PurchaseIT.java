package io.classbell.payment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.embedded.provider.Faults.Kind;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import io.classbell.testing.Visitor.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Buying credits with Stripe. */
class PurchaseIT {
  private static final String SESSIONS = "POST /v1/checkout/sessions";

  private static Shop shop;

  @BeforeAll
  static void open() {
    shop =
        Shop.open("\"rates\": \"EUR=1.00,JPY=150,KWD=0.3,HUF=400.5\"", "\"pollEvery\": \"PT1S\"");
  }

  @AfterEach
  void books_are_sound() {
    shop.fakes().stripe().faults().clear();
    shop.webhooks().misbehave(0, 0);
    shop.mustBeSound();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void a_purchase_is_credited_when_its_webhook_arrives() {
    Visitor buyer = shop.student();
    JsonNode purchase = Shop.buy(buyer, "stripe", 2_500);
    assertThat(purchase.path("status").asText()).isEqualTo("pending");
    assertThat(purchase.path("price").asLong()).isEqualTo(2_500);
    assertThat(purchase.path("currency").asText()).isEqualTo("EUR");
    shop.fakes().stripe().pay(Shop.checkout(purchase));
    Shop.awaitBalance(buyer, 2_500);
    Shop.awaitStatus(buyer, purchase, "paid");
    TestNode.until(
        "the receipt is there",
        () -> buyer.get("/notifications").body().contains("credits_received"));
    assertThat(buyer.get("/notifications").body()).contains("25.00 EUR");
  }

  @Test
  void a_browser_that_returns_before_the_webhook_sees_the_payment() {
    Visitor buyer = shop.student();
    shop.webhooks().hold();
    JsonNode purchase = Shop.buy(buyer, "stripe", 2_500);
    shop.fakes().stripe().pay(Shop.checkout(purchase));
    Shop.awaitStatus(buyer, purchase, "paid");
    assertThat(Shop.balance(buyer)).isEqualTo(2_500);
    shop.webhooks().release();
    shop.mustBeSound();
    assertThat(Shop.balance(buyer)).isEqualTo(2_500);
  }

  @Test
  void a_purchase_whose_webhooks_are_lost_is_found_by_the_poll() {
    Visitor buyer = shop.student();
    shop.webhooks().misbehave(1, 0);
    JsonNode purchase = Shop.buy(buyer, "stripe", 1_000);
    shop.fakes().stripe().pay(Shop.checkout(purchase));
    Shop.awaitBalance(buyer, 1_000);
  }

  @Test
  void the_checkout_page_takes_the_payment_and_sends_the_browser_back()
      throws IOException, InterruptedException {
    Visitor buyer = shop.student();
    JsonNode purchase = Shop.buy(buyer, "stripe", 1_000);
    URI page = URI.create(purchase.path("checkoutUrl").asText());
    try (HttpClient browser = HttpClient.newHttpClient()) {
      HttpResponse<String> shown =
          browser.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(shown.body()).contains("10.00 EUR");
      HttpResponse<String> paid =
          browser.send(
              HttpRequest.newBuilder(page)
                  .POST(HttpRequest.BodyPublishers.ofString("action=pay"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(paid.statusCode()).isEqualTo(303);
      assertThat(paid.headers().firstValue("Location").orElseThrow())
          .endsWith("/wallet?purchase=" + purchase.path("id").asText());
    }
    Shop.awaitBalance(buyer, 1_000);
  }

  @Test
  void a_delayed_payment_is_credited_when_it_succeeds() {
    Visitor buyer = shop.student();
    JsonNode purchase = Shop.buy(buyer, "stripe", 1_000);
    shop.fakes().stripe().payDelayed(Shop.checkout(purchase));
    assertThat(Shop.status(buyer, purchase)).isEqualTo("pending");
    shop.fakes().stripe().settleDelayed(Shop.checkout(purchase), true);
    Shop.awaitStatus(buyer, purchase, "paid");
  }

  @Test
  void a_delayed_payment_that_fails_credits_nothing() {
    Visitor buyer = shop.student();
    JsonNode purchase = Shop.buy(buyer, "stripe", 1_000);
    shop.fakes().stripe().payDelayed(Shop.checkout(purchase));
    shop.fakes().stripe().settleDelayed(Shop.checkout(purchase), false);
    Shop.awaitStatus(buyer, purchase, "failed");
    assertThat(Shop.balance(buyer)).isZero();
  }

  @Test
  void a_lost_answer_of_the_provider_opens_one_checkout() {
    Visitor buyer = shop.student();
    int before = shop.fakes().stripe().all("checkout.session").size();
    shop.fakes().stripe().faults().next(SESSIONS, Kind.CUT_AFTER, 1);
    JsonNode purchase = Shop.buy(buyer, "stripe", 1_000);
    assertThat(purchase.path("checkoutUrl").asText()).isNotEmpty();
    assertThat(shop.fakes().stripe().all("checkout.session")).hasSize(before + 1);
  }

  @Test
  void a_purchase_goes_on_under_its_key_when_the_provider_is_back() {
    Visitor buyer = shop.student();
    shop.fakes().stripe().faults().next(SESSIONS, Kind.ERROR_AFTER, 1);
    String body = "{\"provider\":\"stripe\",\"amount\":1000}";
    Answer first = buyer.post("/wallet/purchases", body, "Idempotency-Key", "one-purchase");
    assertThat(first.status()).as(first.body()).isEqualTo(503);
    assertThat(first.code()).isEqualTo("provider_unavailable");
    assertThat(first.headers().firstValue("Retry-After")).isPresent();
    JsonNode second =
        buyer.post("/wallet/purchases", body, "Idempotency-Key", "one-purchase").mustBe(201).json();
    assertThat(second.path("checkoutUrl").asText()).isNotEmpty();
    assertThat(buyer.get("/wallet/purchases").json().path("items")).hasSize(1);
    shop.fakes().stripe().pay(Shop.checkout(second));
    Shop.awaitBalance(buyer, 1_000);
  }

  @Test
  void limits_and_currencies_are_checked_when_a_purchase_is_made() {
    Visitor buyer = shop.student();
    assertThat(field(buyer, "{\"provider\":\"stripe\",\"amount\":49,\"currency\":\"EUR\"}"))
        .isEqualTo("amount");
    assertThat(field(buyer, "{\"provider\":\"stripe\",\"amount\":100000001}")).isEqualTo("amount");
    assertThat(field(buyer, "{\"provider\":\"stripe\",\"amount\":2500,\"currency\":\"KWD\"}"))
        .isEqualTo("currency");
    assertThat(field(buyer, "{\"provider\":\"stripe\",\"amount\":2500,\"currency\":\"USD\"}"))
        .isEqualTo("currency");
    JsonNode yen =
        buyer
            .post(
                "/wallet/purchases",
                "{\"provider\":\"stripe\",\"amount\":2500,\"currency\":\"JPY\"}")
            .mustBe(201)
            .json();
    assertThat(yen.path("price").asLong()).isEqualTo(3_750);
    shop.fakes().stripe().pay(Shop.checkout(yen));
    Shop.awaitBalance(buyer, 2_500);
  }

  private static String field(Visitor buyer, String body) {
    return buyer.post("/wallet/purchases", body).mustBe(422).json().at("/errors/0/field").asText();
  }

  @Test
  void the_price_of_credits_names_the_providers_of_each_currency() {
    JsonNode rates = shop.student().get("/wallet/rates").mustBe(200).json().path("items");
    assertThat(rates).hasSize(4);
    assertThat(rates.at("/0/currency").asText()).isEqualTo("EUR");
    assertThat(rates.at("/0/providers").toString()).contains("stripe");
    assertThat(rates.at("/2/currency").asText()).isEqualTo("KWD");
    assertThat(rates.at("/2/providers")).isEmpty();
  }

  @Test
  void adaptive_pricing_is_off_and_the_payment_leads_to_the_purchase() {
    JsonNode purchase = Shop.buy(shop.student(), "stripe", 1_000);
    JsonNode session =
        shop.fakes().stripe().all("checkout.session").stream()
            .filter(s -> s.path("id").asText().equals(Shop.checkout(purchase)))
            .findFirst()
            .orElseThrow();
    assertThat(session.at("/adaptive_pricing/enabled").asBoolean(true)).isFalse();
    assertThat(session.at("/payment_intent_data/metadata/purchase_id"))
        .isEqualTo(purchase.path("id"));
  }

  @Test
  void a_purchase_of_another_user_is_not_shown() {
    JsonNode purchase = Shop.buy(shop.student(), "stripe", 1_000);
    shop.student().get("/wallet/purchases/" + purchase.path("id").asText()).mustBe(404);
  }
}
