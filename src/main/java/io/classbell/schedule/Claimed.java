package io.classbell.schedule;

import io.classbell.platform.outbox.Task;
import java.time.Instant;
import java.util.Comparator;

/**
 * A stored message that this node may deliver until its lease ends.
 *
 * @param leasedUntil real time; after it another node may deliver the message
 * @param alone whether it failed as part of a batch and now travels by itself
 */
record Claimed(Task.Stored message, Instant leasedUntil, boolean alone) {

  /** By due time; of messages due at once, the one written first. */
  static final Comparator<Claimed> BY_DUE_TIME =
      Comparator.comparing((Claimed c) -> c.message.dueAt()).thenComparing(c -> c.message.id());

  String id() {
    return message.id();
  }

  int attempt() {
    return message.attempt();
  }

  Claimed byItself() {
    return new Claimed(message, leasedUntil, true);
  }
}
