package io.classbell.wallet.model;

/**
 * A booking's hold in its meeting's escrow.
 *
 * @param amount the amount that is or was held, in minor units; 0 if the hold was voided before it
 *     was taken
 */
public record BookingHold(
    String bookingId, String meetingId, String studentId, long amount, State state) {

  /** The state of a hold; {@code held} is resolved once. The names are the table's. */
  public enum State {
    /** The amount is in the escrow. */
    held,
    /** The amount was split between student, teacher and fees. */
    settled,
    /** Voided after it was taken: the student has the amount back. */
    returned,
    /** Voided before it was taken: a hold that arrives now is rejected. */
    voided("void");

    private final String code;

    State() {
      this.code = name();
    }

    State(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }

    public static State of(String code) {
      return code.equals(voided.code) ? voided : valueOf(code);
    }
  }

  boolean isOf(String meeting, String student) {
    return meetingId.equals(meeting) && studentId.equals(student);
  }

  boolean isGivenUp() {
    return state == State.returned || state == State.voided;
  }

  BookingHold as(State next) {
    return new BookingHold(bookingId, meetingId, studentId, amount, next);
  }

  BookingHold movedTo(String meeting, long newAmount) {
    return new BookingHold(bookingId, meeting, studentId, newAmount, state);
  }
}
