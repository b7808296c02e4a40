package io.classbell.payment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.embedded.provider.Faults.Kind;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import io.classbell.testing.Visitor.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Refunds and chargebacks of purchases at Stripe. */
class RefundIT {
  private static final String REFUNDS = "POST /v1/refunds";

  private static Shop shop;

  @BeforeAll
  static void open() {
    shop = Shop.open();
  }

  @AfterEach
  void books_are_sound() {
    shop.fakes().stripe().faults().clear();
    shop.mustBeSound();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  private static Answer refund(JsonNode purchase, long amount) {
    return shop.admin()
        .post(
            "/admin/purchases/" + purchase.path("id").asText() + "/refund",
            "{\"amount\":%d,\"reason\":\"By phone\"}".formatted(amount));
  }

  private static JsonNode adminView(JsonNode purchase) {
    for (JsonNode item : shop.admin().get("/admin/purchases?limit=100").json().path("items")) {
      if (item.path("id").equals(purchase.path("id"))) {
        return item;
      }
    }
    throw new AssertionError("the purchase is not listed");
  }

  @Test
  void an_admin_refunds_in_parts_and_never_more_than_the_purchase() {
    Visitor buyer = shop.student();
    JsonNode purchase = shop.paid(buyer, 2_500);
    refund(purchase, 1_000).mustBe(201);
    Shop.awaitBalance(buyer, 1_500);
    Shop.awaitStatus(buyer, purchase, "partially_refunded");
    Answer tooMuch = refund(purchase, 1_501).mustBe(422);
    assertThat(tooMuch.json().at("/errors/0/field").asText()).isEqualTo("amount");
    refund(purchase, 1_500).mustBe(201);
    Shop.awaitBalance(buyer, 0);
    Shop.awaitStatus(buyer, purchase, "refunded");
    assertThat(refund(purchase, 1).mustBe(409).code()).isEqualTo("not_refundable");
    JsonNode refunds = adminView(purchase).path("refunds");
    assertThat(refunds).hasSize(2);
    assertThat(refunds.at("/0/status").asText()).isEqualTo("succeeded");
  }

  @Test
  void a_purchase_that_is_not_paid_is_not_refunded() {
    assertThat(refund(Shop.buy(shop.student(), "stripe", 1_000), 1).mustBe(409).code())
        .isEqualTo("not_refundable");
    JsonNode nobody = Shop.buy(shop.student(), "stripe", 1_000).deepCopy();
    ((com.fasterxml.jackson.databind.node.ObjectNode) nobody)
        .put("id", "01970000-0000-7000-8000-00000000dead");
    refund(nobody, 1).mustBe(404);
  }

  @Test
  void a_lost_answer_leads_to_one_refund() {
    Visitor buyer = shop.student();
    JsonNode purchase = shop.paid(buyer, 1_000);
    shop.fakes().stripe().faults().next(REFUNDS, Kind.CUT_AFTER, 1);
    refund(purchase, 400).mustBe(201);
    Shop.awaitBalance(buyer, 600);
    assertThat(refundsOf(purchase)).isEqualTo(1);
  }

  @Test
  void a_server_error_with_an_effect_is_looked_up_and_not_repeated() {
    Visitor buyer = shop.student();
    JsonNode purchase = shop.paid(buyer, 1_000);
    shop.webhooks().hold();
    shop.fakes().stripe().faults().next(REFUNDS, Kind.ERROR_AFTER, 1);
    refund(purchase, 400).mustBe(201);
    Shop.awaitBalance(buyer, 600);
    shop.webhooks().release();
    shop.mustBeSound();
    assertThat(refundsOf(purchase)).isEqualTo(1);
    assertThat(Shop.balance(buyer)).isEqualTo(600);
  }

  private static long refundsOf(JsonNode purchase) {
    String payment = shop.payment(purchase);
    return shop.fakes().stripe().all("refund").stream()
        .filter(refund -> refund.path("payment_intent").asText().equals(payment))
        .count();
  }

  @Test
  void a_refund_in_the_dashboard_posts_as_well() {
    Visitor buyer = shop.student();
    JsonNode purchase = shop.paid(buyer, 1_000);
    shop.fakes().stripe().refundInDashboard(shop.payment(purchase), 300);
    Shop.awaitBalance(buyer, 700);
  }

  @Test
  void a_refund_that_fails_later_gives_the_credits_back() {
    Visitor buyer = shop.student();
    JsonNode purchase = shop.paid(buyer, 1_000);
    String refund = shop.fakes().stripe().refundInDashboard(shop.payment(purchase), 1_000);
    Shop.awaitBalance(buyer, 0);
    shop.fakes().stripe().failRefund(refund);
    Shop.awaitBalance(buyer, 1_000);
    Shop.awaitStatus(buyer, purchase, "paid");
  }

  @Test
  void a_chargeback_of_spent_credits_becomes_a_receivable_that_blocks_withdrawals() {
    Visitor buyer = shop.student();
    JsonNode purchase = shop.paid(buyer, 1_000);
    shop.admin()
        .post(
            "/admin/wallets/" + buyer.id() + "/adjustments",
            "{\"amount\":-700,\"reason\":\"Spent\"}")
        .mustBe(201);
    shop.fakes().stripe().dispute(shop.payment(purchase), 1_000, false);
    Shop.awaitStatus(buyer, purchase, "charged_back");
    TestNode.until("700 are owed", () -> Shop.receivable(buyer) == 700);
    assertThat(Shop.balance(buyer)).isZero();
    JsonNode standing = buyer.get("/wallet/standing").mustBe(200).json();
    assertThat(standing.at("/totals/receivable").asLong()).isEqualTo(700);
    assertThat(standing.at("/receivable/0/amount").asLong()).isEqualTo(700);
    buyer.post("/wallet/deposit", "{\"amount\":1000}").mustBe(201);
    assertThat(Shop.balance(buyer)).isEqualTo(300);
    assertThat(Shop.receivable(buyer)).isZero();
  }

  @Test
  void an_inquiry_moves_nothing_and_a_dispute_that_is_won_gives_everything_back() {
    Visitor buyer = shop.student();
    JsonNode purchase = shop.paid(buyer, 1_000);
    String inquiry = shop.fakes().stripe().dispute(shop.payment(purchase), 1_000, true);
    shop.fakes().stripe().closeDispute(inquiry, false);
    String dispute = shop.fakes().stripe().dispute(shop.payment(purchase), 1_000, false);
    Shop.awaitBalance(buyer, 0);
    shop.fakes().stripe().closeDispute(dispute, true);
    Shop.awaitBalance(buyer, 1_000);
    Shop.awaitStatus(buyer, purchase, "paid");
  }

  @Test
  void a_dispute_of_more_than_the_charge_is_borne_by_the_platform() {
    Visitor buyer = shop.student();
    JsonNode purchase = shop.paid(buyer, 1_000);
    long losses = shop.account("losses");
    shop.fakes().stripe().dispute(shop.payment(purchase), 1_250, false);
    Shop.awaitBalance(buyer, 0);
    assertThat(Shop.receivable(buyer)).isZero();
    assertThat(shop.account("losses") - losses).isEqualTo(-250);
  }

  @Test
  void everything_in_any_order_with_doubles_and_losses_ends_in_the_providers_balance() {
    shop.mustBeSound();
    Visitor buyer = shop.student();
    long before = shop.account("clearing:stripe");
    long there = shop.fakes().stripe().balance().getOrDefault("eur", 0L);
    shop.webhooks().hold();
    JsonNode one = Shop.buy(buyer, "stripe", 1_000);
    JsonNode two = Shop.buy(buyer, "stripe", 2_000);
    shop.fakes().stripe().pay(Shop.checkout(one));
    shop.fakes().stripe().pay(Shop.checkout(two));
    String first = payment(one);
    String second = payment(two);
    String refund = shop.fakes().stripe().refundInDashboard(first, 400);
    shop.fakes().stripe().failRefund(refund);
    shop.fakes().stripe().refundInDashboard(first, 250);
    String dispute = shop.fakes().stripe().dispute(second, 2_000, false);
    shop.fakes().stripe().closeDispute(dispute, true);
    shop.webhooks().misbehave(0, 0.5);
    shop.webhooks().release();
    Shop.awaitBalance(buyer, 2_750);
    TestNode.until(
        "clearing agrees with the provider's balance",
        () ->
            before - shop.account("clearing:stripe")
                == shop.fakes().stripe().balance().getOrDefault("eur", 0L) - there);
    shop.webhooks().misbehave(0, 0);
  }

  /** Before our side knows the payment, only the provider does. */
  private static String payment(JsonNode purchase) {
    return shop.fakes().stripe().all("payment_intent").stream()
        .filter(p -> p.at("/metadata/purchase_id").equals(purchase.path("id")))
        .findFirst()
        .orElseThrow()
        .path("id")
        .asText();
  }
}
