package io.classbell.schedule.api;

import io.classbell.platform.bus.Operation;
import io.classbell.platform.failure.RejectionCode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operations of the schedule for other modules. Messages are written and handed off through {@code
 * platform.outbox}.
 */
public final class ScheduleApi {

  public static final RejectionCode NOT_TEST_MODE =
      new RejectionCode(403, "not_test_mode", "The clock can be moved in test mode only.", false);
  public static final RejectionCode INVALID_FIELD =
      RejectionCode.invalid("invalid", "A field cannot be taken.");
  public static final RejectionCode NO_DEAD_LETTER =
      RejectionCode.notFound("There is no such dead letter.");
  public static final RejectionCode STILL_WORKING =
      new RejectionCode(503, "still_working", "What became due is not all done yet.", true);

  public static final Operation<ReadClock, ClockReading> READ_CLOCK =
      Operation.of("schedule.read-clock", ReadClock.class, ClockReading.class, NOT_TEST_MODE);

  /**
   * Moves the test clock forward, step by step through every due time, and replies when everything
   * that became due is done.
   */
  public static final Operation<AdvanceClock, ClockReading> ADVANCE_CLOCK =
      Operation.of(
          "schedule.advance-clock",
          AdvanceClock.class,
          ClockReading.class,
          NOT_TEST_MODE,
          INVALID_FIELD,
          STILL_WORKING);

  /** Lists dead letters of messages and deliveries, newest first. */
  public static final Operation<ListDeadLetters, DeadLetters> LIST_DEAD_LETTERS =
      Operation.of(
          "schedule.list-dead-letters",
          ListDeadLetters.class,
          DeadLetters.class,
          RejectionCode.INVALID_CURSOR);

  /** Returns a dead letter to its original queue, with its attempts reset to 0. */
  public static final Operation<ReplayDeadLetter, DeadLetter> REPLAY_DEAD_LETTER =
      Operation.of(
          "schedule.replay-dead-letter", ReplayDeadLetter.class, DeadLetter.class, NO_DEAD_LETTER);

  /** Counts messages that are due and dead letters, for the operations board. */
  public static final Operation<CountMessages, MessageCounts> COUNTS =
      Operation.of("schedule.counts", CountMessages.class, MessageCounts.class);

  /** Source of the outbox's own dead letters. */
  public static final String SOURCE_SCHEDULE = "schedule";

  public record CountMessages() {}

  /** {@code due} counts up to 100,000 messages, {@code deadLetters} up to 1,000. */
  public record MessageCounts(long due, long deadLetters) {}

  public record ReadClock() {}

  public record ClockReading(Instant now) {}

  /** {@code advanceMillis} is at least 0. */
  public record AdvanceClock(String commandId, long advanceMillis) {}

  public record ListDeadLetters(@Nullable String cursor, int limit) {}

  public record DeadLetters(List<DeadLetter> items, @Nullable String nextCursor) {}

  /** {@code source}: schedule, email or push. The body is left out: it may hold personal data. */
  public record DeadLetter(
      String id,
      String source,
      String address,
      Instant dueAt,
      int attempts,
      @Nullable String lastError,
      Instant parkedAt) {}

  /**
   * @param adminId the admin who replays it, for the audit log; null if the sending node runs a
   *     release without this field
   */
  public record ReplayDeadLetter(String id, @Nullable String adminId) {}

  private ScheduleApi() {}
}
