package io.classbell.booking;

import io.classbell.platform.Ids;
import java.time.Instant;

/**
 * A booking's change of slot. It is under way while the booking's {@code moving_to} is set: the
 * seat in the new slot is taken already, the old one not yet given back.
 *
 * @param commandId the student's command
 * @param title the new slot's title, for the ledger's line
 * @param price the new slot's price
 * @param startsAt the new slot's start, for the overlap rule
 * @param endsAt the new slot's end
 */
record Move(
    String commandId,
    String fromMeetingId,
    String toMeetingId,
    String title,
    long price,
    Instant startsAt,
    Instant endsAt) {

  static Move begun(String commandId, BookingRow booking, MeetingRow to) {
    return new Move(
        commandId,
        booking.meetingId(),
        to.id(),
        to.title(),
        to.price(),
        to.startsAt(),
        to.endsAt());
  }

  /**
   * The wallet's command: another for each move of a booking, the same each time one is driven on.
   */
  String walletCommandId(String bookingId, int sequence) {
    return Ids.derived("move", bookingId, commandId, Integer.toString(sequence));
  }
}
