package io.classbell.platform.outbox;

import io.classbell.platform.Ids;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Event;
import io.classbell.platform.bus.Task;
import io.classbell.platform.db.Insert;
import io.classbell.platform.db.Tx;
import io.classbell.platform.json.Json;
import io.classbell.platform.time.PlatformClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transactional outbox: messages are stored in the transaction of the change that causes them,
 * with a due time that may be in the future. The schedule delivers them.
 *
 * <p>A message that is due at once is stored with a lease and handed to the schedule after the
 * commit, without reading the table. If the hand-off is lost, the lease expires and the message is
 * claimed like any other. A message with a key is never handed off.
 */
public final class Outbox {
  /** Hand-off of messages that were just committed, are due and are leased to the receiver. */
  public static final Event<HandOff> HAND_OFF = Event.of("schedule.hand-off", HandOff.class);

  /** A message with this due time was committed; the schedule must check for it then. */
  public static final Event<Wake> WAKE = Event.of("schedule.wake", Wake.class);

  /** Lease of a handed-off message, in real time. */
  public static final Duration LEASE = Duration.ofSeconds(10);

  /** Limit for wake-up events: every schedule checks more often than this anyway. */
  private static final Duration WAKE_HORIZON = Duration.ofSeconds(3);

  /** Messages with the same key are one message: the second is dropped while the first waits. */
  private static final Insert MESSAGES =
      Insert.into(
              "scheduled_message",
              "id",
              "due_at",
              "address",
              "body",
              "dedup_key",
              "attempts",
              "leased_until",
              "created_at")
          .orUpdate("dedup_key");

  public record HandOff(List<Task.Stored> messages) {}

  public record Wake(Instant dueAt) {}

  /** A message to write. */
  public record Outgoing(
      String id, String address, Instant dueAt, String body, @Nullable String dedupKey) {}

  private final Bus bus;
  private final PlatformClock clock;

  public Outbox(Bus bus, PlatformClock clock) {
    this.bus = bus;
    this.clock = clock;
  }

  /** Creates a message for {@link #write}; due in platform time, null for at once. */
  public <B> Outgoing message(
      Task<B> task, @Nullable Instant dueAt, B body, @Nullable String dedupKey) {
    Instant due = dueAt == null ? clock.now() : PlatformClock.toMillis(dueAt);
    return new Outgoing(Ids.next(), task.address(), due, Json.write(body), dedupKey);
  }

  /** Stores messages in the transaction, and triggers their delivery after the commit. */
  public void write(Tx tx, List<Outgoing> messages) {
    if (messages.isEmpty()) {
      return;
    }
    Instant now = clock.now();
    Instant real = clock.realNow();
    List<@Nullable Object[]> rows = new ArrayList<>(messages.size());
    List<Task.Stored> due = new ArrayList<>();
    Instant nearest = null;
    for (Outgoing m : messages) {
      // A message with a key may exist already, so only the table tells whether it must be
      // delivered.
      boolean handOff = !m.dueAt.isAfter(now) && m.dedupKey == null;
      rows.add(
          new @Nullable Object[] {
            m.id, m.dueAt, m.address, m.body, m.dedupKey, 0, handOff ? real.plus(LEASE) : real, real
          });
      if (handOff) {
        due.add(new Task.Stored(m.id, m.address, m.dueAt, 1, m.body));
      } else if (nearest == null || m.dueAt.isBefore(nearest)) {
        nearest = m.dueAt;
      }
    }
    MESSAGES.rows(tx, rows);
    Instant wake = nearest != null && nearest.isBefore(now.plus(WAKE_HORIZON)) ? nearest : null;
    tx.afterCommit(
        () -> {
          if (!due.isEmpty()) {
            bus.send(HAND_OFF, new HandOff(due));
          }
          if (wake != null) {
            bus.publish(WAKE, new Wake(wake));
          }
        });
  }
}
