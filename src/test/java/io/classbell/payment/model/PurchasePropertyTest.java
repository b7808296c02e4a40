package io.classbell.payment.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.payment.model.PaymentFact.Chargeback;
import io.classbell.payment.model.PaymentFact.Ended;
import io.classbell.payment.model.PaymentFact.Paid;
import io.classbell.payment.model.PaymentFact.Processing;
import io.classbell.payment.model.PaymentFact.Refund;
import io.classbell.payment.model.Purchase.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/**
 * Any order of what a provider tells about a purchase, with doubles and with the loss of one
 * message that a later one replaces, ends in one ledger.
 */
class PurchasePropertyTest {

  /** A life of a purchase: what the provider would tell, in the order in which it happened. */
  private static List<PaymentFact> life(long price, Random random) {
    List<PaymentFact> facts = new ArrayList<>();
    if (random.nextBoolean()) {
      facts.add(new Processing());
    }
    if (random.nextInt(4) == 0) {
      facts.add(new Ended(State.expired));
    }
    facts.add(new Paid("pi_1", PurchaseBench.eur(price)));
    if (random.nextInt(4) == 0) {
      facts.add(new Paid("pi_2", PurchaseBench.eur(price)));
    }
    long left = price;
    for (int i = random.nextInt(4); i > 0 && left > 0; i--) {
      long money = 1 + random.nextLong(left);
      left -= money;
      facts.add(new Refund("re_" + i, PurchaseBench.eur(money), false, null));
      if (random.nextInt(3) == 0) {
        facts.add(new Refund("re_" + i, PurchaseBench.eur(money), true, null));
      }
    }
    if (random.nextInt(3) == 0) {
      Money disputed = PurchaseBench.eur(1 + random.nextLong(price + price / 4 + 1));
      facts.add(new Chargeback("du_1", disputed, null));
      if (random.nextBoolean()) {
        facts.add(new Chargeback("du_1", disputed, disputed));
      }
    }
    return facts;
  }

  private static PurchaseBench ledger(long amount, long price, List<PaymentFact> facts) {
    PurchaseBench bench = new PurchaseBench(amount, price);
    bench.see(facts.toArray(PaymentFact[]::new));
    return bench;
  }

  private static void assertSame(PurchaseBench actual, PurchaseBench expected) {
    assertThat(actual.user()).isEqualTo(expected.user());
    assertThat(actual.loss()).isEqualTo(expected.loss());
    assertThat(actual.suspense()).isEqualTo(expected.suspense());
    assertThat(actual.credited().status()).isEqualTo(expected.credited().status());
    assertThat(actual.purchase().returned()).isBetween(0L, actual.purchase().amount());
  }

  @Property(tries = 500)
  void any_order_with_doubles_gives_the_same_balances(
      @ForAll @LongRange(min = 1, max = 1_000_000) long amount,
      @ForAll @LongRange(min = 1, max = 1_000_000) long price,
      @ForAll long seed) {
    Random random = new Random(seed);
    List<PaymentFact> facts = life(price, random);
    PurchaseBench inOrder = ledger(amount, price, facts);
    List<PaymentFact> mixed = new ArrayList<>(facts);
    for (PaymentFact fact : facts) {
      if (random.nextBoolean() && !isSecondPayment(fact)) {
        mixed.add(fact);
      }
    }
    // Which of two payments comes first is credited; the other one is in suspense. Same balances.
    Collections.shuffle(mixed, random);
    PurchaseBench shuffled = ledger(amount, price, mixed);
    assertSame(shuffled, inOrder);
    if (facts.stream().noneMatch(PurchasePropertyTest::isSecondPayment)) {
      assertThat(new TreeSet<>(shuffled.commands())).isEqualTo(new TreeSet<>(inOrder.commands()));
    }
  }

  private static boolean isSecondPayment(PaymentFact fact) {
    return fact instanceof Paid paid && paid.paymentRef().equals("pi_2");
  }

  @Property(tries = 500)
  void a_lost_message_is_replaced_by_a_later_look(
      @ForAll @LongRange(min = 1, max = 1_000_000) long price,
      @ForAll @IntRange(max = 20) int lost,
      @ForAll long seed) {
    Random random = new Random(seed);
    List<PaymentFact> facts = life(price, random);
    PurchaseBench complete = ledger(price, price, facts);
    List<PaymentFact> rest = new ArrayList<>(facts);
    PaymentFact missing = rest.remove(lost % rest.size());
    Collections.shuffle(rest, random);
    // The poll or reconciliation finds the present state of the object that the message was about.
    rest.add(latest(facts, missing));
    assertSame(ledger(price, price, rest), complete);
  }

  private static PaymentFact latest(List<PaymentFact> facts, PaymentFact missing) {
    PaymentFact latest = missing;
    for (PaymentFact fact : facts) {
      boolean sameRefund =
          fact instanceof Refund a && missing instanceof Refund b && a.ref().equals(b.ref());
      boolean sameDispute = fact instanceof Chargeback && missing instanceof Chargeback;
      latest = sameRefund || sameDispute ? fact : latest;
    }
    return latest;
  }

  @Property(tries = 300)
  void the_user_never_loses_more_than_the_purchase_and_the_platform_bears_the_rest(
      @ForAll @LongRange(min = 1, max = 1_000_000) long amount,
      @ForAll @LongRange(min = 1, max = 1_000_000) long price,
      @ForAll long seed) {
    Random random = new Random(seed);
    List<PaymentFact> facts = life(price, random);
    Collections.shuffle(facts, random);
    PurchaseBench bench = ledger(amount, price, facts);
    assertThat(bench.user()).isBetween(0L, amount);
    assertThat(bench.loss()).isGreaterThanOrEqualTo(0);
  }
}
