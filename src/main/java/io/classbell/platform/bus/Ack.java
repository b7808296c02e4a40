package io.classbell.platform.bus;

/** The reply of an operation that has nothing more to say than that it was done. */
public record Ack() {
  /** The one value. */
  public static final Ack DONE = new Ack();
}
