package io.classbell.platform.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.classbell.platform.bus.Trace;
import java.util.Map;

/**
 * Writes log lines asynchronously, so that a slow terminal does not block event loops. A full queue
 * drops lines rather than blocking. The trace id is read on the calling thread, which runs in the
 * request's context.
 */
final class TracedAppender extends AsyncAppender {
  /** Name of the trace id in a line. */
  static final String TRACE = "trace";

  private static final int QUEUE = 8192;

  TracedAppender() {
    setQueueSize(QUEUE);
    setDiscardingThreshold(0);
    setNeverBlock(true);
  }

  @Override
  protected void preprocess(ILoggingEvent event) {
    String trace = Trace.current();
    if (trace != null && event instanceof LoggingEvent own) {
      own.setMDCPropertyMap(Map.of(TRACE, trace));
    }
    super.preprocess(event);
  }
}
