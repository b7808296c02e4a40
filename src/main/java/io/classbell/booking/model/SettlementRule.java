package io.classbell.booking.model;

import java.util.Locale;

/** What decided how a booking's money is divided; the names are the ledger's and the API's. */
public enum SettlementRule {
  /** The student cancelled while everything is given back. */
  STUDENT_CANCELLED_EARLY("refund"),
  /** The student cancelled when only a part is given back. */
  STUDENT_CANCELLED_LATE("refund"),
  /** The teacher or an admin cancelled the meeting. */
  MEETING_CANCELLED("refund"),
  /** The booking ended before it was confirmed: whatever was taken goes back. */
  BOOKING_NOT_CONFIRMED("refund"),
  /** A move came to its end after the class had begun: as if the class had been cancelled. */
  MOVE_TOO_LATE("refund"),
  /** The class took place and nobody objected. */
  CLASS_HELD("release"),
  /** An admin decided a review for the students. */
  REVIEW_REFUND_STUDENTS("settlement"),
  /** An admin decided a review for the teacher. */
  REVIEW_PAY_TEACHER("settlement"),
  /** An admin divided the money. */
  REVIEW_SPLIT("settlement"),
  /** Both sides of a dispute agreed. */
  DISPUTE_AGREED("settlement"),
  /** An admin decided a dispute. */
  DISPUTE_DECIDED("settlement");

  private final String postingKind;

  SettlementRule(String postingKind) {
    this.postingKind = postingKind;
  }

  /** The stable snake_case name, as a {@code Split} carries it. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of the ledger's transaction: refund, release or settlement. */
  String postingKind() {
    return postingKind;
  }

  /**
   * The rule of a stored split.
   *
   * @throws IllegalArgumentException where there is no such rule
   */
  static SettlementRule of(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
