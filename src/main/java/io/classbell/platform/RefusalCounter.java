package io.classbell.platform;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts work that was rejected because a queue was full. All queues share the meter {@code
 * classbell.refused}, with the queue's name as a tag.
 */
public final class RefusalCounter {
  private static final String NAME = "classbell.refused";
  private static final String DESCRIPTION = "Work that was rejected because its queue was full";

  /** Returns the counter of a queue. */
  public static Counter of(MeterRegistry meters, String queue) {
    return Counter.builder(NAME).description(DESCRIPTION).tag("queue", queue).register(meters);
  }

  /** Publishes a count that is kept by a component without access to the meter registry. */
  public static void show(MeterRegistry meters, String queue, LongAdder counted) {
    FunctionCounter.builder(NAME, counted, LongAdder::sum)
        .description(DESCRIPTION)
        .tag("queue", queue)
        .register(meters);
  }

  private RefusalCounter() {}
}
