package io.classbell.schedule;

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
final class Lane {
  static final int MOST_BATCHES = 4;

  /** Batches this close in due time may overtake each other. */
  static final Duration TOGETHER = Duration.ofSeconds(2);

  private final String address;
  private final int mostInBatch;
  private final PriorityQueue<Claimed> waiting = new PriorityQueue<>(Claimed.BY_DUE_TIME);
  private final List<Instant> onTheWay = new ArrayList<>();
  private List<Claimed> expired = new ArrayList<>();
  private boolean dangerOnTheWay;
  private Instant lastAnswer = Instant.EPOCH;

  Lane(String address, int mostInBatch) {
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

  void add(Claimed message) {
    waiting.add(message);
  }

  /** Takes out everything that has not left yet. */
  List<Claimed> clear() {
    List<Claimed> left = new ArrayList<>(waiting);
    waiting.clear();
    return left;
  }

  /**
   * The next batch, or none where it must wait. A message that is to travel alone does. A message
   * whose lease ends before {@code leaseNeededUntil} does not leave: {@link #takeExpired}.
   */
  List<Claimed> next(Instant leaseNeededUntil) {
    List<Claimed> batch = new ArrayList<>();
    while (batch.size() < mostInBatch && mayLeave(waiting.peek(), batch)) {
      Claimed claimed = waiting.remove();
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
  List<Claimed> takeExpired() {
    List<Claimed> late = expired;
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
  void ended(List<Claimed> batch) {
    onTheWay.remove(batch.getFirst().message().dueAt());
    dangerOnTheWay &= !batch.getFirst().isDangerous();
  }

  private boolean mayLeave(@Nullable Claimed head, List<Claimed> batch) {
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
