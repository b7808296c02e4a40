package io.classbell.schedule.dispatch;

import io.classbell.schedule.model.LeasedMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one address, and what is on its way there. Batches leave in the order of their due
 * times. Several may be on their way at once, but not where one lies far behind another: after a
 * long night everything is caught up in order.
 *
 * <p>Belongs to one context.
 */
final class AddressQueue {
  static final int MOST_BATCHES = 4;

  /** Batches this close in due time may overtake each other. */
  static final Duration TOGETHER = Duration.ofSeconds(2);

  private final String address;
  private final int mostInBatch;
  private final PriorityQueue<LeasedMessage> waiting =
      new PriorityQueue<>(LeasedMessage.BY_DUE_TIME);
  private final List<Instant> onTheWay = new ArrayList<>();
  private List<LeasedMessage> expired = new ArrayList<>();
  private boolean dangerOnTheWay;
  private Instant lastAnswer = Instant.EPOCH;

  AddressQueue(String address, int mostInBatch) {
    this.address = address;
    this.mostInBatch = mostInBatch;
  }

  String address() {
    return address;
  }

  int waiting() {
    return waiting.size();
  }

  int onTheWay() {
    return onTheWay.size();
  }

  void add(LeasedMessage message) {
    waiting.add(message);
  }

  /** Takes out everything that has not left yet. */
  List<LeasedMessage> clear() {
    List<LeasedMessage> left = new ArrayList<>(waiting);
    waiting.clear();
    return left;
  }

  /**
   * The next batch, or none where it must wait. A message that is to travel alone does. A message
   * whose lease ends before {@code leaseNeededUntil} does not leave: {@link #takeExpired}.
   */
  List<LeasedMessage> next(Instant leaseNeededUntil) {
    List<LeasedMessage> batch = new ArrayList<>();
    while (batch.size() < mostInBatch && mayLeave(waiting.peek(), batch)) {
      LeasedMessage claimed = waiting.remove();
      if (claimed.leasedUntil().isBefore(leaseNeededUntil)) {
        expired.add(claimed);
        continue;
      }
      batch.add(claimed);
      if (claimed.travelsAlone()) {
        break;
      }
    }
    if (!batch.isEmpty()) {
      onTheWay.add(batch.getFirst().message().dueAt());
      dangerOnTheWay |= batch.getFirst().isDangerous();
    }
    return batch;
  }

  /** Takes out those whose turn came too late. */
  List<LeasedMessage> takeExpired() {
    List<LeasedMessage> late = expired;
    expired = new ArrayList<>();
    return late;
  }

  /** Whoever serves the address answered at this instant, whatever they said. Real time. */
  void answered(Instant at) {
    lastAnswer = at;
  }

  /** Long ago where there was none. */
  Instant lastAnswer() {
    return lastAnswer;
  }

  /** A batch that {@link #next} gave has come to its end. */
  void ended(List<LeasedMessage> batch) {
    onTheWay.remove(batch.getFirst().message().dueAt());
    dangerOnTheWay &= !batch.getFirst().isDangerous();
  }

  private boolean mayLeave(@Nullable LeasedMessage head, List<LeasedMessage> batch) {
    if (head == null || onTheWay.size() >= MOST_BATCHES) {
      return false;
    }
    if (!batch.isEmpty() && head.travelsAlone() || dangerOnTheWay && head.isDangerous()) {
      return false;
    }
    Instant latest = head.message().dueAt().minus(TOGETHER);
    return onTheWay.stream().noneMatch(ahead -> ahead.isBefore(latest));
  }
}
