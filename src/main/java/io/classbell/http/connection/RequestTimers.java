package io.classbell.http.connection;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Records the duration of requests by operation and status class. Confined to one event loop; the
 * meters are shared by the node.
 */
public final class RequestTimers {

  private record Key(String operation, int statusClass) {}

  private final MeterRegistry meters;
  private final Map<Key, Timer> timers = new HashMap<>();

  public RequestTimers(MeterRegistry meters) {
    this.meters = meters;
  }

  public void record(String operation, int status, long nanos) {
    timers
        .computeIfAbsent(new Key(operation, status / 100), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Key key) {
    return Timer.builder("classbell.http.request")
        .description("From the request's head to the answer's end")
        .tag("operation", key.operation)
        .tag("status", key.statusClass + "xx")
        .publishPercentiles(0.5, 0.99)
        .register(meters);
  }
}
