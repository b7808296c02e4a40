package io.classbell.platform.bus;

/** The reply of an operation that returns no data. */
public record Ack() {
  /** The only instance. */
  public static final Ack DONE = new Ack();
}
