package io.classbell.http.call;

import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Event;
import io.classbell.platform.bus.Operation;
import io.vertx.core.Future;
import java.time.Duration;

/** Questions to the modules, each within the time that a request may take. */
public final class ModuleClient {

  private final Bus bus;
  private final Duration timeout;

  public ModuleClient(Bus bus, Duration timeout) {
    this.bus = bus;
    this.timeout = timeout;
  }

  public <Q, A> Future<A> of(Operation<Q, A> operation, Q request) {
    return bus.ask(operation, request, timeout);
  }

  /**
   * Waits for a part of that time only, for routes that ask something else where there is no
   * answer: both together are within it.
   */
  public <Q, A> Future<A> leavingTime(Operation<Q, A> operation, Q request) {
    return bus.ask(operation, request, timeout.multipliedBy(3).dividedBy(5));
  }

  public <E> void publish(Event<E> event, E body) {
    bus.publish(event, body);
  }

  /** Waits as long as the route of the call may take: for routes with a time limit of their own. */
  public <Q, A> Future<A> within(Call call, Operation<Q, A> operation, Q request) {
    return bus.ask(operation, request, call.timeLimit());
  }
}
