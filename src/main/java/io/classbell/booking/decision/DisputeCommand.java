package io.classbell.booking.decision;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.DisputeApi;

/**
 * Everything that changes disputes. The booking and its meeting are locked, which keeps the
 * commands of one dispute apart, and those of the meeting's milestones from it.
 */
public sealed interface DisputeCommand {

  /** The booking that the dispute is about; it never changes. */
  String bookingId();

  record Open(DisputeApi.OpenDispute open, BookingSettings settings) implements DisputeCommand {
    @Override
    public String bookingId() {
      return open.bookingId();
    }
  }

  record Accept(DisputeApi.AcceptDispute accept, String bookingId) implements DisputeCommand {}

  record Answer(DisputeApi.AnswerDispute answer, String bookingId) implements DisputeCommand {}

  record Decide(DisputeApi.DecideDispute decide, String bookingId) implements DisputeCommand {}

  /** The time for the answer is over. */
  record Escalate(String disputeId, String bookingId) implements DisputeCommand {}
}
