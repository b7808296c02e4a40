package io.classbell.payment.model;

import io.classbell.payment.model.Purchase.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One purchase in memory. */
final class PurchaseBench {
  static final Instant AT = Instant.parse("2031-03-04T15:00:00Z");

  private Purchase purchase;
  private List<Leg> legs = new ArrayList<>();

  PurchaseBench(long amount, long price) {
    purchase =
        new Purchase(
            "p1",
            "u1",
            Provider.stripe,
            amount,
            price,
            "EUR",
            State.pending,
            "cs_1",
            null,
            "https://checkout.example.com",
            AT.plusSeconds(3600),
            AT,
            null,
            0,
            0,
            0);
  }

  static Money eur(long cents) {
    return new Money(cents, "EUR");
  }

  void see(PaymentFact... facts) {
    for (PaymentFact fact : facts) {
      see(fact, null);
    }
  }

  void seeOwn(PaymentFact fact, long credits) {
    see(fact, credits);
  }

  private void see(PaymentFact fact, @Nullable Long ownCredits) {
    PurchaseDecider.Decision decision =
        PurchaseDecider.decide(purchase, legs, fact, ownCredits, Money::minor);
    purchase = decision.purchase();
    legs = new ArrayList<>(decision.legs());
  }

  Purchase purchase() {
    return purchase;
  }

  /** As it is when the wallet has posted the credits. */
  Purchase credited() {
    return new Purchase(
        purchase.id(),
        purchase.userId(),
        purchase.provider(),
        purchase.amount(),
        purchase.price(),
        purchase.currency(),
        purchase.state(),
        purchase.checkoutRef(),
        purchase.paymentRef(),
        purchase.checkoutUrl(),
        purchase.expiresAt(),
        purchase.createdAt(),
        AT,
        purchase.refunded(),
        purchase.chargedBack(),
        purchase.returned());
  }

  List<Leg> legs() {
    return legs;
  }

  List<String> commands() {
    return legs.stream().map(Leg::command).toList();
  }

  /** What the user has of it, whether in the wallet or owed. */
  long user() {
    return legs.stream()
        .filter(leg -> leg.kind() != Leg.Kind.suspense)
        .mapToLong(Leg::credits)
        .sum();
  }

  long loss() {
    return legs.stream().mapToLong(Leg::loss).sum();
  }

  long suspense() {
    return legs.stream()
        .filter(leg -> leg.kind() == Leg.Kind.suspense)
        .mapToLong(Leg::credits)
        .sum();
  }
}
