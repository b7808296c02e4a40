package io.classbell.platform.bus;

import io.classbell.platform.failure.RejectionCode;
import java.util.List;

/**
 * An operation on the bus: its address, request type, reply type and possible rejections. Caller
 * and server use the same constant, which a module's {@code Api} defines.
 *
 * @param address service first, verb next: {@code wallet.hold}
 * @param refusals every possible rejection, in order of precedence
 */
public record Operation<Q, A>(
    String address, Class<Q> request, Class<A> reply, List<RejectionCode> refusals) {

  /** Creates an operation. */
  public static <Q, A> Operation<Q, A> of(
      String address, Class<Q> request, Class<A> reply, RejectionCode... refusals) {
    return new Operation<>(address, request, reply, List.of(refusals));
  }
}
