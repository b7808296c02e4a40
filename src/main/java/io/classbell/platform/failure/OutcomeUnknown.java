package io.classbell.platform.failure;

/**
 * Thrown when no reply arrived in time or the connection to the server was lost: the command may or
 * may not have been executed. Send it again with the same command id, or leave it to the watchdog;
 * never compensate without knowing the outcome.
 */
public final class OutcomeUnknown extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OutcomeUnknown(String address, Throwable cause) {
    super("No reply from " + address + ": " + cause.getMessage(), cause, false, false);
  }
}
