package io.classbell.platform.bus;

import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task type: an address and the record that is stored in the outbox for delivery, now or at a due
 * time. Tasks are delivered in batches and at least once, so handlers must be idempotent.
 */
public record Task<B>(String address, Class<B> body, Operation<Deliver, Delivered> delivery) {

  /** Creates a task type. */
  public static <B> Task<B> of(String address, Class<B> body) {
    return new Task<>(address, body, deliveryTo(address));
  }

  /** Returns the operation by which the schedule delivers tasks to an address. */
  public static Operation<Deliver, Delivered> deliveryTo(String address) {
    return Operation.of(address, Deliver.class, Delivered.class);
  }

  /** A delivery: stored messages of one address, in the order of their due times. */
  public record Deliver(List<Stored> messages) {}

  /** A stored message; {@code attempt} counts from 1. */
  public record Stored(String id, String address, Instant dueAt, int attempt, String body) {}

  /** The messages that must be retried; all others are done. */
  public record Delivered(List<Failed> failed) {}

  /**
   * A message that must be retried, and why.
   *
   * @param later true if the cause is temporary (such as an unreachable database) and not the
   *     message; such failures never lead to a dead letter
   */
  public record Failed(String id, String error, @Nullable Boolean later) {

    /** A failure caused by the message itself; after too many of them it becomes a dead letter. */
    public Failed(String id, String error) {
      this(id, error, null);
    }

    /** Classifies an exception that was thrown while the message was handled. */
    public static Failed of(String id, Throwable cause) {
      return new Failed(id, String.valueOf(cause.getMessage()), isNotNow(cause) ? true : null);
    }

    /** Whether the failure is temporary. */
    public boolean canWait() {
      return Boolean.TRUE.equals(later);
    }
  }

  /** Whether an exception has a temporary cause, so that the same request may succeed later. */
  public static boolean isNotNow(Throwable cause) {
    return cause instanceof OutcomeUnknown
        || cause instanceof CommitUnknown
        || (cause instanceof RejectedException refused && refused.failure().status() == 503);
  }

  /** A message as it is passed to its handler. */
  public record Due<B>(String id, Instant dueAt, int attempt, B body) {}
}
