package io.classbell.platform;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what was turned away because a queue was full: one meter for all queues, {@code
 * classbell.refused}, with the queue's name as its tag.
 */
public final class RefusalCounter {
  private static final String NAME = "classbell.refused";
  private static final String WHAT = "Work that was turned away, as its queue was full";

  /** The counter of one queue. */
  public static Counter of(MeterRegistry meters, String queue) {
    return Counter.builder(NAME).description(WHAT).tag("queue", queue).register(meters);
  }

  /** Shows what is counted by something that knows no meters. */
  public static void show(MeterRegistry meters, String queue, LongAdder counted) {
    FunctionCounter.builder(NAME, counted, LongAdder::sum)
        .description(WHAT)
        .tag("queue", queue)
        .register(meters);
  }

  private RefusalCounter() {}
}
