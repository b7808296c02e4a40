package io.classbell.platform.bus;

/**
 * An event type: an address and the type of its body. Delivery is at most once; use the outbox for
 * messages that must not be lost.
 */
public record Event<E>(String address, Class<E> body) {

  /** Creates an event type. */
  public static <E> Event<E> of(String address, Class<E> body) {
    return new Event<>(address, body);
  }
}
