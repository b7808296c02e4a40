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
 * What must happen is written down first: messages are stored in the transaction of the change they
 * follow from, with a due time that may lie in the future. The schedule delivers them.
 *
 * <p>A message that is due at once is stored with a lease and handed to the schedule right after
 * the commit, without a look at the table. Where the hand-off is lost, the lease runs out and the
 * message is found like any other. A message with a key is never handed off.
 */
public final class Outbox {
  /** Messages that were committed just now and are due: deliver them, they are leased to you. */
  public static final Event<HandOff> HAND_OFF = Event.of("schedule.hand-off", HandOff.class);

  /** A message with this due time was committed: be awake then. */
  public static final Event<Wake> WAKE = Event.of("schedule.wake", Wake.class);

  /** How long a handed-off message belongs to the hand-off. Real time. */
  public static final Duration LEASE = Duration.ofSeconds(10);

  /**
   * Nobody needs to be woken for what is further off: every schedule looks more often than that.
   */
  private static final Duration WAKE_HORIZON = Duration.ofSeconds(3);

  /** The same key twice is one message: the second is dropped while the first waits. */
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

  /** A message to be written. */
  public record Outgoing(
      String id, String address, Instant dueAt, String body, @Nullable String dedupKey) {}

  private final Bus bus;
  private final PlatformClock clock;

  public Outbox(Bus bus, PlatformClock clock) {
    this.bus = bus;
    this.clock = clock;
  }

  /** A message for {@link #write}; due in platform time, null for at once. */
  public <B> Outgoing message(
      Task<B> task, @Nullable Instant dueAt, B body, @Nullable String dedupKey) {
    Instant due = dueAt == null ? clock.now() : PlatformClock.toMillis(dueAt);
    return new Outgoing(Ids.next(), task.address(), due, Json.write(body), dedupKey);
  }

  /** Stores messages with the transaction, and sees to their delivery once it is committed. */
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
      // One with a key may prove to be there already: that is the table's to tell.
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
