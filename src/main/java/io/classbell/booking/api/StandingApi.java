package io.classbell.booking.api;

import io.classbell.platform.bus.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the credits of a user's classes are, by state. Amounts are minor units. */
public final class StandingApi {

  /** Returns the credits in escrow that concern a user, as a student and as a teacher. */
  public static final Operation<StandingOf, Standing> STANDING =
      Operation.of("booking.standing", StandingOf.class, Standing.class);

  /** Returns the teachers of meetings; unknown meetings are omitted. */
  public static final Operation<TeachersOf, Teachers> TEACHERS =
      Operation.of("booking.teachers-of-meetings", TeachersOf.class, Teachers.class);

  public record TeachersOf(List<String> meetingIds) {}

  /** Meeting → teacher. */
  public record Teachers(Map<String, String> ids) {}

  public record StandingOf(String userId) {}

  /**
   * The lines of every state, earliest first.
   *
   * @param studentHeld the sum of all lines as a student: what the ledger holds for the user
   */
  public record Standing(
      List<Line> held, List<Line> maturing, List<Line> disputed, long studentHeld) {}

  /**
   * The credits of one class in one state.
   *
   * @param side student (what was paid) or teacher (what will be earned, without the fee)
   * @param bookingId of a student's line
   * @param price what is in escrow for it
   * @param bookings how many bookings the line sums up
   * @param until when this state ends by itself; null if it waits for a decision
   * @param rule class_scheduled, dispute_window, in_review, in_dispute or settling
   */
  public record Line(
      String side,
      String meetingId,
      @Nullable String bookingId,
      String title,
      long amount,
      long price,
      long bookings,
      @Nullable Instant until,
      String rule) {}

  private StandingApi() {}
}
