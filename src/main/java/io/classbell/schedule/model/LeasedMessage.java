package io.classbell.schedule.model;

import io.classbell.platform.bus.Task;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A stored message that this node may deliver until its lease ends.
 *
 * @param seen the attempts stored in its row while it is leased; the next claim counts from it
 * @param leasedUntil real time; after it another node may deliver the message
 * @param failures deliveries so far that failed because of the message
 * @param unansweredSince real time of the first of the latest deliveries without a reply; null if
 *     the last one was answered
 * @param failedTogether whether it was sent in a batch that failed; it is now sent alone
 */
public record LeasedMessage(
    Task.Stored message,
    int seen,
    Instant leasedUntil,
    int failures,
    @Nullable Instant unansweredSince,
    boolean failedTogether) {

  /** From this attempt on a message is sent alone, so that it cannot fail others. */
  private static final int SUSPECT_FROM_ATTEMPT = 4;

  /** Orders by due time, then by the order of writing. */
  public static final Comparator<LeasedMessage> BY_DUE_TIME =
      Comparator.comparing((LeasedMessage c) -> c.message.dueAt())
          .thenComparing(c -> c.message.id());

  /**
   * Creates a message that was handed off by the commit that wrote it; no attempt is stored yet.
   */
  public static LeasedMessage handedOff(Task.Stored message, Instant leasedUntil) {
    return new LeasedMessage(message, message.attempt() - 1, leasedUntil, 0, null, false);
  }

  public String id() {
    return message.id();
  }

  public int attempt() {
    return message.attempt();
  }

  /** Whether it was tried so often that it may be crashing nodes. */
  public boolean isSuspect() {
    return attempt() >= SUSPECT_FROM_ATTEMPT;
  }

  public boolean travelsAlone() {
    return failedTogether || isSuspect();
  }

  /**
   * Whether it may have crashed a node. Only one such message is delivered at a time, so that no
   * other is blamed.
   */
  public boolean isDangerous() {
    return isSuspect() && failures > 0;
  }

  public LeasedMessage afterFailingTogether() {
    return new LeasedMessage(message, seen, leasedUntil, failures, unansweredSince, true);
  }
}
