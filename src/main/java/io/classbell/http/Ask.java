package io.classbell.http;

import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Operation;
import io.vertx.core.Future;
import java.time.Duration;

/** Questions to the modules, each within the time that a request may take. */
final class Ask {

  private final Bus bus;
  private final Duration timeout;

  Ask(Bus bus, Duration timeout) {
    this.bus = bus;
    this.timeout = timeout;
  }

  <Q, A> Future<A> of(Operation<Q, A> operation, Q request) {
    return bus.ask(operation, request, timeout);
  }

  /** For the few things that may take longer than a request usually does. */
  <Q, A> Future<A> patiently(Operation<Q, A> operation, Q request, Duration limit) {
    return bus.ask(operation, request, limit);
  }
}
