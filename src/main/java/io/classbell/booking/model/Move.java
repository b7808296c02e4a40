package io.classbell.booking.model;

import io.classbell.platform.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A booking's change of slot. It is under way while the booking's {@code moving_to} is set: the
 * seat in the new slot is taken already, the old one not yet given back.
 *
 * @param commandId the student's command
 * @param title the new slot's title, for the ledger's line
 * @param price the new slot's price
 * @param startsAt the new slot's start, for the overlap rule
 * @param endsAt the new slot's end
 * @param earlier the booking's moves before this one, so that a command of one that comes again is
 *     known and has no second effect; null where there were none
 * @param rejection the code with which the wallet rejected this move; null where it did not
 */
public record Move(
    String commandId,
    String fromMeetingId,
    String toMeetingId,
    String title,
    long price,
    Instant startsAt,
    Instant endsAt,
    @Nullable List<Earlier> earlier,
    @Nullable String rejection) {

  /** Each is kept in the booking's row for ever, and read with it. */
  private static final int MOST_EARLIER = 100;

  /** A move that ended, whichever way. */
  record Earlier(String commandId, String toMeetingId) {}

  public static Move begun(String commandId, Booking booking, Meeting to) {
    return new Move(
        commandId,
        booking.meetingId(),
        to.id(),
        to.title(),
        to.price(),
        to.startsAt(),
        to.endsAt(),
        before(booking.move()),
        null);
  }

  private static @Nullable List<Earlier> before(@Nullable Move last) {
    if (last == null) {
      return null;
    }
    List<Earlier> all = new ArrayList<>();
    if (last.earlier != null) {
      all.addAll(last.earlier);
    }
    all.add(new Earlier(last.commandId, last.toMeetingId));
    return all;
  }

  Move rejected(String code) {
    return new Move(
        commandId, fromMeetingId, toMeetingId, title, price, startsAt, endsAt, earlier, code);
  }

  /** Whether a booking was moved as often as it can be. */
  public boolean isLast() {
    return earlier != null && earlier.size() >= MOST_EARLIER;
  }

  /** Where a command of this booking's moves was to take it; null where it is none of them. */
  public @Nullable String targetOf(String command) {
    if (command.equals(commandId)) {
      return toMeetingId;
    }
    if (earlier != null) {
      for (Earlier move : earlier) {
        if (move.commandId.equals(command)) {
          return move.toMeetingId;
        }
      }
    }
    return null;
  }

  /**
   * The wallet's command: another for each move of a booking, the same each time one is driven on.
   */
  public String walletCommandId(String bookingId, int sequence) {
    return Ids.derived("move", bookingId, commandId, Integer.toString(sequence));
  }
}
