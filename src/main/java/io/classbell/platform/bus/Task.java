package io.classbell.platform.bus;

import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The token for something that must happen, now or at a due time: an address and the record that is
 * stored for it. It is delivered at least once, as part of a batch; so whoever serves it is
 * idempotent.
 */
public record Task<B>(String address, Class<B> body, Operation<Deliver, Delivered> delivery) {

  /** The only way to make one. */
  public static <B> Task<B> of(String address, Class<B> body) {
    return new Task<>(address, body, deliveryTo(address));
  }

  /** How the schedule reaches whoever serves the tasks of an address. */
  public static Operation<Deliver, Delivered> deliveryTo(String address) {
    return Operation.of(address, Deliver.class, Delivered.class);
  }

  /** What the schedule sends: stored messages of one address, in the order of their due times. */
  public record Deliver(List<Stored> messages) {}

  /** A stored message; {@code attempt} counts from 1. */
  public record Stored(String id, String address, Instant dueAt, int attempt, String body) {}

  /** The messages that are to be tried again; all others are done. */
  public record Delivered(List<Failed> failed) {}

  /**
   * Why a message is to be tried again.
   *
   * @param later true where the time is to blame, not the message: however often that happens, it
   *     is no dead letter
   */
  public record Failed(String id, String error, @Nullable Boolean later) {

    /** This message is to blame: tried too often, it is a dead letter. */
    public Failed(String id, String error) {
      this(id, error, null);
    }

    /** By what was thrown while it was carried out. */
    public static Failed of(String id, Throwable cause) {
      return new Failed(id, String.valueOf(cause.getMessage()), isNotNow(cause) ? true : null);
    }

    /** It could not be carried out just now. */
    public boolean canWait() {
      return Boolean.TRUE.equals(later);
    }
  }

  /** Whether the time or the place is to blame: asked again, the same may be answered. */
  public static boolean isNotNow(Throwable cause) {
    return cause instanceof OutcomeUnknown
        || cause instanceof CommitUnknown
        || (cause instanceof RejectedException refused && refused.failure().status() == 503);
  }

  /** A message as its server sees it. */
  public record Due<B>(String id, Instant dueAt, int attempt, B body) {}
}
