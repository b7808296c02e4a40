package io.classbell.payment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.testing.Visitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Webhook, poll and return of many purchases at the same time. */
class PurchaseRaceIT {
  private static final int PURCHASES = 30;
  private static final long AMOUNT = 1_000;

  @Test
  void webhook_poll_and_return_of_thirty_purchases_at_once_credit_each_once() throws Exception {
    try (Shop shop = Shop.open("\"pollEvery\": \"PT1S\"");
        ExecutorService browsers = Executors.newVirtualThreadPerTaskExecutor()) {
      Visitor buyer = shop.student();
      shop.webhooks().misbehave(0.2, 0.5);
      List<JsonNode> purchases = new ArrayList<>();
      for (int i = 0; i < PURCHASES; i++) {
        purchases.add(Shop.buy(buyer, i % 3 == 0 ? "paypal" : "stripe", AMOUNT));
      }
      List<Future<?>> returned = new ArrayList<>();
      for (JsonNode purchase : purchases) {
        returned.add(
            browsers.submit(
                () -> {
                  if (purchase.path("provider").asText().equals("paypal")) {
                    shop.fakes().paypal().approve(Shop.checkout(purchase));
                  } else {
                    shop.fakes().stripe().pay(Shop.checkout(purchase));
                  }
                }));
        for (int tab = 0; tab < 2; tab++) {
          returned.add(browsers.submit(() -> Shop.status(buyer, purchase)));
        }
      }
      for (Future<?> one : returned) {
        one.get();
      }
      io.classbell.testing.TestNode.until(
          "all are credited",
          Duration.ofSeconds(120),
          () -> Shop.balance(buyer) >= PURCHASES * AMOUNT);
      shop.mustBeSound();
      assertThat(Shop.balance(buyer)).isEqualTo(PURCHASES * AMOUNT);
      assertThat(shop.account("clearing:stripe") + shop.account("clearing:paypal"))
          .isEqualTo(-PURCHASES * AMOUNT);
    }
  }
}
