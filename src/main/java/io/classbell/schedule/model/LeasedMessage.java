package io.classbell.schedule.model;

import io.classbell.platform.bus.Task;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A stored message that this node may deliver until its lease ends.
 *
 * @param seen the attempts in its row while it is ours: whoever claims it next counts on
 * @param leasedUntil real time; after it another node may deliver the message
 * @param failures deliveries by now that failed by its fault
 * @param unansweredSince real time of the first delivery after which nobody answered; null where
 *     the last was answered
 * @param failedTogether whether it was handed over in a batch that failed; it now travels by itself
 */
public record LeasedMessage(
    Task.Stored message,
    int seen,
    Instant leasedUntil,
    int failures,
    @Nullable Instant unansweredSince,
    boolean failedTogether) {

  /** From this attempt on a message travels by itself, so that it takes no others with it. */
  private static final int SUSPECT_FROM_ATTEMPT = 4;

  /** By due time; of messages due at once, the one written first. */
  public static final Comparator<LeasedMessage> BY_DUE_TIME =
      Comparator.comparing((LeasedMessage c) -> c.message.dueAt())
          .thenComparing(c -> c.message.id());

  /** One that came with the commit that wrote it; its row knows of no attempt yet. */
  public static LeasedMessage handedOff(Task.Stored message, Instant leasedUntil) {
    return new LeasedMessage(message, message.attempt() - 1, leasedUntil, 0, null, false);
  }

  public String id() {
    return message.id();
  }

  public int attempt() {
    return message.attempt();
  }

  /** Whether it was tried so often that nodes may die of it. */
  public boolean isSuspect() {
    return attempt() >= SUSPECT_FROM_ATTEMPT;
  }

  public boolean travelsAlone() {
    return failedTogether || isSuspect();
  }

  /**
   * Whether it may have killed a node: of such only one is on its way, so that no other is blamed.
   */
  public boolean isDangerous() {
    return isSuspect() && failures > 0;
  }

  public LeasedMessage afterFailingTogether() {
    return new LeasedMessage(message, seen, leasedUntil, failures, unansweredSince, true);
  }
}
