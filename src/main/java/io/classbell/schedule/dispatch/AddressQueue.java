package io.classbell.schedule.dispatch;

import io.classbell.schedule.model.LeasedMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one address: those that wait and the batches in progress. Batches leave in the
 * order of their due times. Several may be in progress at once if their due times are close;
 * otherwise they are delivered one after the other, so that a backlog is processed in order.
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

  /** Removes and returns all messages that have not been sent. */
  List<LeasedMessage> clear() {
    List<LeasedMessage> left = new ArrayList<>(waiting);
    waiting.clear();
    return left;
  }

  /**
   * Returns the next batch, or an empty list if it must wait. A message that must travel alone is a
   * batch of its own. A message whose lease ends before {@code leaseNeededUntil} is not sent; see
   * {@link #takeExpired}.
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

  /** Removes and returns the messages whose lease is too short to send them. */
  List<LeasedMessage> takeExpired() {
    List<LeasedMessage> late = expired;
    expired = new ArrayList<>();
    return late;
  }

  /** Records the time of a reply from the address, whatever the reply was. Real time. */
  void answered(Instant at) {
    lastAnswer = at;
  }

  /** Returns the time of the last reply; a time long ago if there was none. */
  Instant lastAnswer() {
    return lastAnswer;
  }

  /** Ends a batch that {@link #next} returned. */
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
