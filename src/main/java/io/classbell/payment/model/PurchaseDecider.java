package io.classbell.payment.model;

import io.classbell.payment.model.Leg.Kind;
import io.classbell.payment.model.PaymentFact.Chargeback;
import io.classbell.payment.model.PaymentFact.Ended;
import io.classbell.payment.model.PaymentFact.Paid;
import io.classbell.payment.model.PaymentFact.Processing;
import io.classbell.payment.model.PaymentFact.Refund;
import io.classbell.payment.model.Purchase.State;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a fact at the provider changes: the state of the purchase and the movements to post.
 * Any order of the same facts, with any repetitions, ends with the same balances.
 *
 * <p>What reversals take from the buyer is never more than the purchase brought: the buyer bears
 * {@code min(amount, sum of all reversals)}, the platform the rest. Each movement posts the
 * difference that it makes.
 */
public final class PurchaseDecider {
  public static final String WRONG_AMOUNT = "wrong_amount";
  public static final String WRONG_CURRENCY = "wrong_currency";
  public static final String PAID_TWICE = "paid_twice";
  public static final String UNKNOWN_PURCHASE = "unknown_purchase";

  private Purchase purchase;
  private final List<Leg> legs;
  private final List<Leg> added = new ArrayList<>();
  private final Valuation suspenseValue;

  /** Values money of any currency in credits, for the suspense account; 0 if it cannot. */
  @FunctionalInterface
  public interface Valuation {
    long credits(Money money);
  }

  /**
   * @param purchase as it is now
   * @param legs after the fact
   * @param added those that the fact added, to be posted
   */
  public record Decision(Purchase purchase, List<Leg> legs, List<Leg> added) {}

  private PurchaseDecider(Purchase purchase, List<Leg> legs, Valuation suspenseValue) {
    this.purchase = purchase;
    this.legs = new ArrayList<>(legs);
    this.suspenseValue = suspenseValue;
  }

  /**
   * Decides a fact about a known purchase.
   *
   * @param legs all movements of the purchase so far
   * @param ownCredits the credits of a refund that the platform asked for; null for others
   */
  public static Decision decide(
      Purchase purchase,
      List<Leg> legs,
      PaymentFact fact,
      @Nullable Long ownCredits,
      Valuation suspenseValue) {
    PurchaseDecider decider = new PurchaseDecider(purchase, legs, suspenseValue);
    switch (fact) {
      case Paid paid -> decider.paid(paid);
      case Processing processing -> {}
      case Ended ended -> decider.ended(ended);
      case Refund refund -> decider.refund(refund, ownCredits);
      case Chargeback chargeback -> decider.chargeback(chargeback);
    }
    return new Decision(decider.purchase, List.copyOf(decider.legs), List.copyOf(decider.added));
  }

  /** Decides a fact that belongs to no purchase: its money goes to suspense, or leaves it. */
  public static List<Leg> decideUnknown(PaymentFact fact, Valuation value) {
    List<Leg> legs = new ArrayList<>();
    switch (fact) {
      case Paid paid ->
          legs.add(
              suspense("suspense:" + paid.paymentRef(), paid.paymentRef(), 1, paid.money(), value));
      case Refund refund -> {
        String command = "refund:" + refund.ref();
        legs.add(suspense(command, refund.ref(), -1, refund.money(), value));
        if (refund.failed()) {
          legs.add(suspense(command + ":failed", refund.ref(), 1, refund.money(), value));
        }
      }
      case Chargeback dispute -> {
        String command = "dispute:" + dispute.ref();
        legs.add(suspense(command + ":withdrawn", dispute.ref(), -1, dispute.withdrawn(), value));
        if (dispute.reinstated() != null) {
          legs.add(
              suspense(command + ":reinstated", dispute.ref(), 1, dispute.reinstated(), value));
        }
      }
      case Processing processing -> {}
      case Ended ended -> {}
    }
    return legs;
  }

  private static Leg suspense(String command, String ref, int sign, Money money, Valuation value) {
    return new Leg(
        command,
        null,
        Kind.suspense,
        ref,
        sign * money.minor(),
        money.currency(),
        sign * value.credits(money),
        0,
        UNKNOWN_PURCHASE);
  }

  private void paid(Paid paid) {
    if (purchase.state() == State.paid) {
      if (!paid.paymentRef().equals(purchase.paymentRef())) {
        setAside(paid, PAID_TWICE);
      }
      return;
    }
    if (!paid.money().currency().equals(purchase.currency())) {
      setAside(paid, WRONG_CURRENCY);
    } else if (paid.money().minor() != purchase.price()) {
      setAside(paid, WRONG_AMOUNT);
    } else {
      purchase = purchase.paidBy(paid.paymentRef());
      add(
          new Leg(
              "purchase:" + purchase.id(),
              purchase.id(),
              Kind.credit,
              paid.paymentRef(),
              paid.money().minor(),
              purchase.currency(),
              purchase.amount(),
              0,
              null));
    }
  }

  private void setAside(Paid paid, String reason) {
    String command = "suspense:" + paid.paymentRef();
    if (!has(command)) {
      add(
          new Leg(
              command,
              purchase.id(),
              Kind.suspense,
              paid.paymentRef(),
              paid.money().minor(),
              paid.money().currency(),
              suspenseValue.credits(paid.money()),
              0,
              reason));
    }
  }

  private void ended(Ended ended) {
    if (purchase.state() == State.pending) {
      purchase = purchase.in(ended.as());
    }
  }

  private void refund(Refund refund, @Nullable Long ownCredits) {
    String command = "refund:" + refund.ref();
    long credits = ownCredits == null ? worth(refund.money()) : ownCredits;
    reverse(command, Kind.card_refund, refund.ref(), refund.money(), credits);
    if (refund.failed()) {
      reverse(
          command + ":failed",
          Kind.card_refund_failed,
          refund.ref(),
          refund.money(),
          -reversedBy(command));
    }
  }

  private void chargeback(Chargeback dispute) {
    String command = "dispute:" + dispute.ref();
    Money withdrawn = dispute.withdrawn();
    reverse(command + ":withdrawn", Kind.chargeback, dispute.ref(), withdrawn, worth(withdrawn));
    Money back = dispute.reinstated();
    if (back != null) {
      long credits = back.equals(withdrawn) ? reversedBy(command + ":withdrawn") : worth(back);
      reverse(command + ":reinstated", Kind.chargeback_reversed, dispute.ref(), back, -credits);
    }
  }

  /** Returns the purchase's credits for this money, in proportion and rounded down. */
  private long worth(Money money) {
    if (!money.currency().equals(purchase.currency())) {
      return suspenseValue.credits(money);
    }
    return BigInteger.valueOf(purchase.amount())
        .multiply(BigInteger.valueOf(money.minor()))
        .divide(BigInteger.valueOf(purchase.price()))
        .longValueExact();
  }

  private long reversedBy(String command) {
    return legs.stream()
        .filter(leg -> leg.command().equals(command))
        .findFirst()
        .orElseThrow()
        .reversed();
  }

  /**
   * @param worth the credits of the movement; negative if money came back
   */
  private void reverse(String command, Kind kind, String ref, Money money, long worth) {
    if (has(command)) {
      return;
    }
    long before = legs.stream().mapToLong(Leg::reversed).sum();
    long bornBefore = born(before);
    long bornAfter = born(Math.addExact(before, worth));
    long taken = bornAfter - bornBefore;
    boolean isBack = kind == Kind.card_refund_failed || kind == Kind.chargeback_reversed;
    add(
        new Leg(
            command,
            purchase.id(),
            kind,
            ref,
            isBack ? money.minor() : -money.minor(),
            money.currency(),
            -taken,
            Math.subtractExact(worth, taken),
            null));
    purchase =
        purchase.with(
            moneyBack(Kind.card_refund, Kind.card_refund_failed),
            moneyBack(Kind.chargeback, Kind.chargeback_reversed),
            bornAfter);
  }

  private long born(long reversed) {
    return Math.clamp(reversed, 0, purchase.amount());
  }

  private long moneyBack(Kind out, Kind back) {
    return Math.max(
        0,
        -legs.stream()
            .filter(leg -> leg.kind() == out || leg.kind() == back)
            .mapToLong(Leg::money)
            .sum());
  }

  private boolean has(String command) {
    return legs.stream().anyMatch(leg -> leg.command().equals(command));
  }

  private void add(Leg leg) {
    legs.add(leg);
    added.add(leg);
  }
}
