package io.classbell.platform.bus;

import io.classbell.platform.failure.RejectionCode;
import java.util.List;

/**
 * The one token for a question on the bus: address, request type, reply type and the refusals it
 * can answer. Caller and server use the same constant, which stands in a module's {@code Api}.
 *
 * @param address service first, verb next: {@code wallet.hold}
 * @param refusals every definite no, in order of precedence
 */
public record Operation<Q, A>(
    String address, Class<Q> request, Class<A> reply, List<RejectionCode> refusals) {

  /** The only way to make one. */
  public static <Q, A> Operation<Q, A> of(
      String address, Class<Q> request, Class<A> reply, RejectionCode... refusals) {
    return new Operation<>(address, request, reply, List.of(refusals));
  }
}
