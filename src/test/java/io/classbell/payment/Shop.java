package io.classbell.payment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.RealNode;
import io.classbell.embedded.provider.FakeProviders;
import io.classbell.embedded.provider.WebhookSender;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import io.classbell.testing.Visitor.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A whole node and the fake providers, whose webhooks reach the node. */
public final class Shop implements AutoCloseable {
  private static final String SECRET = "0123456789-of-tests";

  private final FakeProviders fakes;
  private final RealNode node;

  private Shop(FakeProviders fakes, RealNode node) {
    this.fakes = fakes;
    this.node = node;
  }

  /** With these settings of payments, as JSON members ({@code "pollEvery": "PT1S"}). */
  static Shop open(String... settings) {
    try {
      FakeProviders fakes = new FakeProviders(0, SECRET);
      fakes.start();
      List<String> members = new ArrayList<>(List.of(settings));
      members.add(
          "\"fake\": {\"url\": \"%s\", \"secret\": \"%s\"%s}"
              .formatted(fakes.url(), SECRET, authority(fakes)));
      RealNode node = RealNode.inTestMode("{\"payment\": {" + String.join(", ", members) + "}}");
      fakes.webhooks().clearEndpoints();
      fakes.webhooks().addEndpoint("http://127.0.0.1:" + node.port() + "/api/v1/webhooks");
      return new Shop(fakes, node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String authority(FakeProviders fakes) throws IOException {
    Path file = Files.createTempFile("fake-paypal-ca", ".pem");
    file.toFile().deleteOnExit();
    Files.writeString(file, fakes.paypal().authority());
    return ", \"certificateCa\": \"" + file + "\"";
  }

  FakeProviders fakes() {
    return fakes;
  }

  WebhookSender webhooks() {
    return fakes.webhooks();
  }

  RealNode node() {
    return node;
  }

  Visitor student() {
    return Visitor.register(node.port(), "student");
  }

  Visitor admin() {
    return Visitor.demo(node.port(), "admin");
  }

  /** Starts a purchase of so many credits in EUR; answers it. */
  static JsonNode buy(Visitor buyer, String provider, long amount) {
    return buyer
        .post(
            "/wallet/purchases",
            "{\"provider\":\"%s\",\"amount\":%d,\"currency\":\"EUR\"}".formatted(provider, amount))
        .mustBe(201)
        .json();
  }

  /** The checkout's id at the provider, which its address ends with. */
  static String checkout(JsonNode purchase) {
    String url = purchase.path("checkoutUrl").asText();
    return url.substring(url.lastIndexOf('/') + 1);
  }

  /** A purchase that the buyer pays at Stripe; answers it when it is credited. */
  JsonNode paid(Visitor buyer, long amount) {
    JsonNode purchase = buy(buyer, "stripe", amount);
    fakes.stripe().pay(checkout(purchase));
    awaitStatus(buyer, purchase, "paid");
    return purchase;
  }

  static String status(Visitor buyer, JsonNode purchase) {
    return buyer
        .get("/wallet/purchases/" + purchase.path("id").asText())
        .mustBe(200)
        .text("status");
  }

  static void awaitStatus(Visitor buyer, JsonNode purchase, String status) {
    TestNode.until("the purchase is " + status, () -> status(buyer, purchase).equals(status));
  }

  static long balance(Visitor user) {
    return user.get("/wallet").mustBe(200).json().path("balance").asLong();
  }

  static long receivable(Visitor user) {
    return user.get("/wallet").mustBe(200).json().path("receivable").asLong();
  }

  static void awaitBalance(Visitor user, long balance) {
    TestNode.until("the balance is " + balance, () -> balance(user) == balance);
  }

  /** The PaymentIntent or capture of a purchase. */
  String payment(JsonNode purchase) {
    return node.rows(
            "SELECT payment_ref FROM purchase WHERE id = '" + purchase.path("id").asText() + "'")
        .getFirst();
  }

  /** The sum of an account's entries. */
  long account(String id) {
    return Long.parseLong(
        node.rows(
                "SELECT COALESCE(SUM(amount), 0) FROM ledger_entry WHERE account_id = '" + id + "'")
            .getFirst());
  }

  /** Waits until every movement is posted, then checks every invariant. */
  void mustBeSound() {
    TestNode.until(
        "every movement is posted",
        () ->
            node.rows("SELECT COUNT(*) FROM payment_leg WHERE posted_at IS NULL")
                .getFirst()
                .equals("0"));
    Answer audit = admin().get("/admin/ledger/audit").mustBe(200);
    assertThat(audit.json().path("ok").asBoolean()).as(audit.body()).isTrue();
  }

  @Override
  public void close() {
    node.close();
    fakes.close();
  }
}
