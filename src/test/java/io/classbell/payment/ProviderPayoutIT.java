package io.classbell.payment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.embedded.provider.Faults.Kind;
import io.classbell.platform.Failpoint;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Withdrawals that the fake Stripe and the fake PayPal pay. */
class ProviderPayoutIT {
  private static final String TRANSFERS = "POST /v1/transfers";
  private static final String PAYOUTS = "POST /v1/payments/payouts";

  private static Shop shop;
  private static Visitor admin;

  private Visitor teacher;

  @BeforeAll
  static void open() {
    shop = Shop.open("\"pollEvery\": \"PT1S\"");
    admin = shop.admin();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void fund() {
    teacher = Visitor.register(shop.node().port(), "teacher");
    teacher.post("/wallet/deposit", "{\"amount\":100000}").mustBe(201);
  }

  @AfterEach
  void the_books_are_right() {
    Failpoint.hook(null);
    shop.fakes().stripe().faults().clear();
    shop.fakes().stripe().refuseTransfers(null);
    shop.fakes().paypal().faults().clear();
    JsonNode audit = admin.get("/admin/ledger/audit").mustBe(200).json();
    assertThat(audit.path("ok").asBoolean()).as(audit.toString()).isTrue();
  }

  private String approved(String provider) {
    String destination = provider.equals("stripe") ? "acct_1ABCDEFGHIJKLMNO" : "t@example.org";
    String id =
        teacher
            .post(
                "/wallet/withdrawals",
                "{\"amount\":25000,\"provider\":\"%s\",\"destination\":\"%s\"}"
                    .formatted(provider, destination))
            .mustBe(201)
            .text("id");
    admin.post("/admin/withdrawals/" + id + "/approve", null).mustBe(200);
    return id;
  }

  private void becomes(String id, String status) {
    TestNode.until(
        id + " is " + status,
        () ->
            shop.node()
                .rows("SELECT status FROM withdrawal WHERE id = '" + id + "'")
                .getFirst()
                .equals(status));
  }

  private static long transfers(String id) {
    return shop.fakes().stripe().all("transfer").stream()
        .filter(t -> t.path("transfer_group").asText().equals(id))
        .count();
  }

  private String batch(String id) {
    TestNode.until("has a batch", () -> !reference(id).equals("null"));
    return reference(id);
  }

  private static String reference(String id) {
    return String.valueOf(
        shop.node()
            .rows("SELECT COALESCE(reference, 'null') FROM withdrawal WHERE id = '" + id + "'")
            .getFirst());
  }

  @Test
  void stripe_pays_by_one_transfer() {
    String id = approved("stripe");
    becomes(id, "paid");
    assertThat(transfers(id)).isEqualTo(1);
    JsonNode transfer = shop.fakes().stripe().all("transfer").getLast();
    assertThat(transfer.path("amount").asLong()).isEqualTo(25_000);
    assertThat(transfer.path("currency").asText()).isEqualTo("eur");
    assertThat(Shop.balance(teacher)).isEqualTo(75_000);
  }

  @Test
  void a_transfer_that_is_refused_gives_the_credits_back() {
    shop.fakes().stripe().refuseTransfers("transfers_not_allowed");
    String id = approved("stripe");
    becomes(id, "failed");
    Shop.awaitBalance(teacher, 100_000);
    assertThat(transfers(id)).isZero();
  }

  @Test
  void a_payment_waits_while_our_balance_at_stripe_is_too_small() {
    shop.fakes().stripe().refuseTransfers("balance_insufficient");
    String id = approved("stripe");
    becomes(id, "sending");
    assertThat(Shop.balance(teacher)).isEqualTo(75_000);
    shop.fakes().stripe().refuseTransfers(null);
    becomes(id, "paid");
    assertThat(transfers(id)).isEqualTo(1);
  }

  @Test
  void a_transfer_whose_answer_is_lost_is_looked_up_and_never_made_twice() {
    for (Kind kind : new Kind[] {Kind.CUT_AFTER, Kind.ERROR_AFTER, Kind.CUT_BEFORE}) {
      shop.fakes().stripe().faults().next(TRANSFERS, kind, 3);
      String id = approved("stripe");
      becomes(id, "paid");
      assertThat(transfers(id)).as(kind.name()).isEqualTo(1);
      shop.fakes().stripe().faults().clear();
    }
    assertThat(Shop.balance(teacher)).isEqualTo(25_000);
  }

  @Test
  void what_is_cut_off_between_state_and_call_or_after_the_call_is_paid_once() {
    for (String place : new String[] {"payout.sending", "payout.sent"}) {
      AtomicInteger left = new AtomicInteger(1);
      Failpoint.hook(
          name -> {
            if (name.equals(place) && left.getAndDecrement() > 0) {
              throw new IllegalStateException("cut off at " + name);
            }
          });
      String id = approved("stripe");
      becomes(id, "paid");
      assertThat(left.get()).as(place).isLessThan(1);
      assertThat(transfers(id)).as(place).isEqualTo(1);
      Failpoint.hook(null);
    }
  }

  @Test
  void a_reversed_transfer_is_back_in_the_wallet() {
    String id = approved("stripe");
    becomes(id, "paid");
    shop.fakes().stripe().reverseTransfer(reference(id));
    becomes(id, "returned");
    Shop.awaitBalance(teacher, 100_000);
  }

  @Test
  void paypal_pays_by_one_batch_when_its_item_succeeds() {
    String id = approved("paypal");
    String batch = batch(id);
    assertThat(shop.node().rows("SELECT status FROM withdrawal WHERE id = '" + id + "'"))
        .containsExactly("sending");
    shop.fakes().paypal().settlePayout(batch, "SUCCESS");
    becomes(id, "paid");
    assertThat(Shop.balance(teacher)).isEqualTo(75_000);
  }

  @Test
  void a_paypal_item_that_fails_or_returns_gives_the_credits_back() {
    for (String status : new String[] {"FAILED", "BLOCKED", "RETURNED", "REFUNDED", "REVERSED"}) {
      String id = approved("paypal");
      shop.fakes().paypal().settlePayout(batch(id), status);
      becomes(id, status.equals("FAILED") || status.equals("BLOCKED") ? "failed" : "returned");
      Shop.awaitBalance(teacher, 100_000);
    }
  }

  @Test
  void an_unclaimed_payment_stays_open_until_it_returns() {
    String id = approved("paypal");
    String batch = batch(id);
    shop.fakes().paypal().settlePayout(batch, "UNCLAIMED");
    TestNode.until(
        "unclaimed",
        () ->
            shop.node()
                .rows("SELECT provider_status FROM withdrawal WHERE id = '" + id + "'")
                .getFirst()
                .equals("UNCLAIMED"));
    assertThat(Shop.balance(teacher)).isEqualTo(75_000);
    shop.fakes().paypal().settlePayout(batch, "RETURNED");
    becomes(id, "returned");
    Shop.awaitBalance(teacher, 100_000);
  }

  @Test
  void a_batch_whose_answer_is_lost_is_found_by_its_duplicate_and_never_made_twice() {
    for (Kind kind : new Kind[] {Kind.CUT_AFTER, Kind.ERROR_AFTER}) {
      int before = shop.fakes().paypal().payouts().size();
      shop.fakes().paypal().faults().next(PAYOUTS, kind, 3);
      String id = approved("paypal");
      String batch = batch(id);
      assertThat(shop.fakes().paypal().payouts()).as(kind.name()).hasSize(before + 1);
      shop.fakes().paypal().settlePayout(batch, "SUCCESS");
      becomes(id, "paid");
      shop.fakes().paypal().faults().clear();
    }
  }
}
