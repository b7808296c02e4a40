package io.classbell.payment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks of Stripe that come from others, or are about others, or come twice. */
class WebhookIT {
  private static Shop shop;

  @BeforeAll
  static void open() {
    shop = Shop.open();
  }

  @AfterAll
  static void close() {
    shop.mustBeSound();
    shop.close();
  }

  private static int post(byte[] body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + shop.node().port() + "/api/v1/webhooks/stripe"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A session that was paid, as Stripe would tell it of this purchase. */
  private static String paid(JsonNode purchase, String event, String more) {
    return """
    {"id":"%s","object":"event","api_version":"2026-07-29.dahlia","livemode":false,%s
     "type":"checkout.session.completed","data":{"object":{"id":"%s","object":"checkout.session",
     "status":"complete","payment_status":"paid","amount_total":1000,"currency":"eur",
     "payment_intent":"pi_of_%s","client_reference_id":"%s","metadata":{}}}}
    """
        .formatted(event, more, Shop.checkout(purchase), event, purchase.path("id").asText());
  }

  private static Map<String, String> signed(String body) {
    return shop.fakes().stripe().signed(body.getBytes(StandardCharsets.UTF_8));
  }

  private static int send(String body) {
    return post(body.getBytes(StandardCharsets.UTF_8), signed(body));
  }

  private static String at(long seconds, String body) {
    String time = Long.toString(Instant.now().getEpochSecond() + seconds);
    return "t="
        + time
        + ",v1="
        + shop.fakes().stripe().signature(time, body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_signed_event_is_recorded_once_however_often_it_comes() {
    Visitor buyer = shop.student();
    JsonNode purchase = Shop.buy(buyer, "stripe", 1_000);
    String body = paid(purchase, "evt_once", "");
    for (int i = 0; i < 3; i++) {
      assertThat(send(body)).isEqualTo(200);
    }
    Shop.awaitBalance(buyer, 1_000);
    // The same change under another event's id.
    assertThat(send(body.replace("evt_once\",\"object", "evt_again\",\"object"))).isEqualTo(200);
    TestNode.until(
        "both events are carried out",
        () ->
            shop.node()
                .rows(
                    "SELECT COUNT(*) FROM provider_event WHERE processed_at IS NOT NULL"
                        + " AND event_id IN ('evt_once', 'evt_again')")
                .getFirst()
                .equals("2"));
    assertThat(Shop.balance(buyer)).isEqualTo(1_000);
  }

  @Test
  void a_webhook_without_a_valid_signature_has_no_effect() {
    Visitor buyer = shop.student();
    String body = paid(Shop.buy(buyer, "stripe", 1_000), "evt_forged", "");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    byte[] changed = body.replace("1000", "9000").getBytes(StandardCharsets.UTF_8);
    byte[] encodedAgain = body.replace(",", ", ").getBytes(StandardCharsets.UTF_8);
    assertThat(post(bytes, Map.of())).isEqualTo(400);
    assertThat(post(bytes, Map.of("Stripe-Signature", "t=1,v1=00"))).isEqualTo(400);
    assertThat(post(bytes, Map.of("Stripe-Signature", at(-400, body)))).isEqualTo(400);
    assertThat(post(bytes, Map.of("Stripe-Signature", at(400, body)))).isEqualTo(400);
    assertThat(post(changed, signed(body))).isEqualTo(400);
    assertThat(post(encodedAgain, signed(body))).isEqualTo(400);
    assertThat(post(new byte[0], signed(""))).isEqualTo(400);
    assertThat(recorded("evt_forged")).isZero();
    assertThat(Shop.balance(buyer)).isZero();
  }

  private static int recorded(String event) {
    return Integer.parseInt(
        shop.node()
            .rows("SELECT COUNT(*) FROM provider_event WHERE event_id = '" + event + "'")
            .getFirst());
  }

  @ParameterizedTest
  @CsvSource({"true, evt_live", "false, evt_foreign"})
  void an_event_of_the_other_mode_or_of_another_account_is_refused(boolean live, String event) {
    Visitor buyer = shop.student();
    String body = paid(Shop.buy(buyer, "stripe", 1_000), event, "");
    String others =
        live
            ? body.replace("\"livemode\":false", "\"livemode\":true")
            : body.replace("\"livemode\":false", "\"livemode\":false,\"account\":\"acct_other\"");
    assertThat(send(others)).isEqualTo(400);
    assertThat(recorded(event)).isZero();
    assertThat(Shop.balance(buyer)).isZero();
  }

  @Test
  void an_event_of_another_version_is_read_again_at_the_provider() {
    Visitor buyer = shop.student();
    JsonNode purchase = Shop.buy(buyer, "stripe", 1_000);
    shop.webhooks().hold();
    shop.fakes().stripe().pay(Shop.checkout(purchase));
    shop.webhooks().drop();
    String body =
        paid(purchase, "evt_old_version", "")
            .replace("2026-07-29.dahlia", "2019-11-05")
            .replace("\"payment_status\":\"paid\",", "");
    assertThat(send(body)).isEqualTo(200);
    Shop.awaitBalance(buyer, 1_000);
  }

  @Test
  void a_wrong_amount_or_currency_goes_to_suspense_and_not_to_the_buyer() {
    Visitor buyer = shop.student();
    JsonNode purchase = Shop.buy(buyer, "stripe", 1_000);
    long before = shop.account("suspense");
    send(paid(purchase, "evt_less", "").replace("1000", "999"));
    send(paid(purchase, "evt_usd", "").replace("\"eur\"", "\"usd\""));
    TestNode.until(
        "both are set aside",
        () ->
            shop.node()
                .rows(
                    "SELECT reason FROM payment_leg WHERE kind = 'suspense' AND purchase_id = '"
                        + purchase.path("id").asText()
                        + "' AND posted_at IS NOT NULL ORDER BY reason")
                .equals(java.util.List.of("wrong_amount", "wrong_currency")));
    assertThat(shop.account("suspense") - before).isEqualTo(999);
    assertThat(Shop.balance(buyer)).isZero();
  }

  @Test
  void money_of_an_unknown_purchase_goes_to_suspense() {
    JsonNode purchase = Shop.buy(shop.student(), "stripe", 1_000);
    String body =
        paid(purchase, "evt_unknown", "")
            .replace(purchase.path("id").asText(), "01970000-0000-7000-8000-00000000dead")
            .replace(Shop.checkout(purchase), "cs_of_nobody");
    assertThat(send(body)).isEqualTo(200);
    TestNode.until(
        "it is set aside",
        () ->
            shop.node()
                .rows("SELECT reason FROM payment_leg WHERE ref = 'pi_of_evt_unknown'")
                .contains("unknown_purchase"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "7", "{\"id\":7}", "not json"})
  void a_signed_body_that_is_no_event_is_refused(String body) {
    assertThat(send(body)).isEqualTo(400);
  }

  @Test
  void an_event_of_an_unknown_type_or_state_is_acknowledged() {
    JsonNode purchase = Shop.buy(shop.student(), "stripe", 1_000);
    assertThat(
            send(
                paid(purchase, "evt_new_type", "")
                    .replace("checkout.session.completed", "checkout.session.pondered")))
        .isEqualTo(200);
    assertThat(send(paid(purchase, "evt_new_state", "").replace("\"paid\"", "\"partly_imagined\"")))
        .isEqualTo(200);
  }

  @Test
  void more_than_a_megabyte_is_refused() {
    byte[] much = new byte[1024 * 1024 + 1];
    assertThat(post(much, new HashMap<>())).isEqualTo(413);
  }

  @Test
  void an_event_is_acknowledged_while_the_providers_api_stalls() {
    Visitor buyer = shop.student();
    JsonNode purchase = Shop.buy(buyer, "stripe", 1_000);
    shop.webhooks().hold();
    shop.fakes().stripe().pay(Shop.checkout(purchase));
    shop.webhooks().drop();
    shop.fakes()
        .stripe()
        .faults()
        .stall("GET /v1/checkout/sessions/{id}", Duration.ofSeconds(30), 1);
    String body = paid(purchase, "evt_stalled", "").replace("2026-07-29.dahlia", "2019-11-05");
    long began = System.nanoTime();
    assertThat(send(body)).isEqualTo(200);
    // The stall is 30 s; far less proves that the provider was not waited for.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    assertThat(recorded("evt_stalled")).isEqualTo(1);
    TestNode.until(
        "the effect follows", Duration.ofSeconds(90), () -> Shop.balance(buyer) == 1_000);
  }

  @Test
  void a_provider_that_is_not_there_is_not_found() {
    shop.student().post("/webhooks/nobody", "{}").mustBe(404);
  }
}
