package io.classbell.http.problem;

import io.classbell.platform.log.LogThrottle;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts connections that end with an error of the peer: malformed requests, invalid chunks,
 * resets. Clients can cause these at any rate, so at most one summary line is logged per minute.
 * Thread-safe.
 */
public final class BadConnections {

  private static final Logger LOG = LoggerFactory.getLogger(BadConnections.class);

  private final Counter malformed;
  private final Counter broken;
  private final AtomicLong sinceLastSaid = new AtomicLong();
  private final LogThrottle say = new LogThrottle(Duration.ofMinutes(1));

  public BadConnections(MeterRegistry meters) {
    this.malformed = counter(meters, "malformed");
    this.broken = counter(meters, "broken");
  }

  private static Counter counter(MeterRegistry meters, String why) {
    return Counter.builder("classbell.http.bad")
        .description("Connections that ended in an error of the peer")
        .tag("why", why)
        .register(meters);
  }

  /** Counts a connection on which the peer sent malformed HTTP. */
  public void malformed() {
    count(malformed);
  }

  /** Counts a connection that ended with a reset or a protocol error. */
  public void broken() {
    count(broken);
  }

  private void count(Counter counter) {
    counter.increment();
    sinceLastSaid.incrementAndGet();
    if (say.isDue()) {
      LOG.info(
          "Connections ended by malformed requests or resets: count={}",
          sinceLastSaid.getAndSet(0));
    }
  }
}
