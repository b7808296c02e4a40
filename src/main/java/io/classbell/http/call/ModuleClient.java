package io.classbell.http.call;

import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Event;
import io.classbell.platform.bus.Operation;
import io.vertx.core.Future;
import java.time.Duration;

/** Sends bus requests to modules, each with the time limit of an HTTP request. */
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
   * Sends a request with a shorter time limit, for routes that send another request if there is no
   * reply: both together stay within the limit.
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
