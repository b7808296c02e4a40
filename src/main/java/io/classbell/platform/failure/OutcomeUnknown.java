package io.classbell.platform.failure;

/**
 * Nobody answered in time, or the one who was asked is gone: the command may or may not have been
 * carried out. Ask again with the same command id, or leave it to the watchdog; never compensate
 * blindly.
 */
public final class OutcomeUnknown extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OutcomeUnknown(String address, Throwable cause) {
    super("no answer from " + address + ": " + cause.getMessage(), cause, false, false);
  }
}
