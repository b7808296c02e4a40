package io.classbell.wallet.model;

/**
 * A booking's claim on its meeting's escrow.
 *
 * @param amount what is or was held, in minor units; 0 where it was void from the start
 */
public record BookingHold(
    String bookingId, String meetingId, String studentId, long amount, State state) {

  /** {@code held} is resolved once; the names are the table's. */
  public enum State {
    /** The amount is in the escrow. */
    held,
    /** It was divided between student, teacher and fees. */
    settled,
    /** It was given up after it was taken: the student has it back. */
    returned,
    /** It was given up before it was taken: a hold that comes now is late. */
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
