package io.classbell.platform.bus;

/**
 * The token for something that is told to every listener and answered by none. At-most-once: what
 * must not be lost goes through the outbox instead.
 */
public record Event<E>(String address, Class<E> body) {

  /** The only way to make one. */
  public static <E> Event<E> of(String address, Class<E> body) {
    return new Event<>(address, body);
  }
}
