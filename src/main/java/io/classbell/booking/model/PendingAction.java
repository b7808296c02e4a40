package io.classbell.booking.model;

/** What a booking waits for: which question the wallet is to be asked next. */
public enum PendingAction {
  HOLD,
  CARRY_HOLD,
  SETTLE,
  VOID_HOLD,
  /** Nothing is under way. */
  NONE;

  /** A move is ended before anything else: until then nobody knows where the credits are held. */
  public static PendingAction of(Booking booking) {
    if (booking.movingTo() != null) {
      return CARRY_HOLD;
    }
    return switch (booking.money()) {
      case asked -> HOLD;
      case settling -> SETTLE;
      case voiding -> VOID_HOLD;
      case held, settled, none -> NONE;
    };
  }
}
