package io.classbell.platform.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.classbell.platform.bus.Trace;
import java.util.Map;

/**
 * Takes log lines off event loops: a slow terminal must not stop the platform. A full queue drops
 * lines rather than blocks. The trace id is looked up here, while the thread is still the one that
 * works on the request.
 */
final class TracedAppender extends AsyncAppender {
  /** The name of the trace id in a line. */
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
