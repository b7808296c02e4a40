package io.classbell.schedule.dispatch;

import io.classbell.platform.RefusalCounter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Metrics of the schedule. */
public final class ScheduleMeters {
  private final MeterRegistry meters;
  private final Timer lateness;
  private final Counter refused;
  private final MultiGauge deadLetters;
  private final AtomicLong due = new AtomicLong();

  public ScheduleMeters(MeterRegistry meters) {
    this.meters = meters;
    this.lateness =
        Timer.builder("classbell.schedule.lateness")
            .description("From a message's due time to its delivery, first attempts")
            .publishPercentiles(0.5, 0.99)
            .register(meters);
    this.refused = RefusalCounter.of(meters, "schedule.hand-off");
    this.deadLetters =
        MultiGauge.builder("classbell.dead.letters")
            .description("Parked messages and deliveries that wait for an admin, by address")
            .register(meters);
    Gauge.builder("classbell.schedule.due", due, AtomicLong::get)
        .description("Messages that are due and not delivered")
        .register(meters);
  }

  /** Counts handed-off messages that were dropped and will be claimed later. */
  void left(int messages) {
    refused.increment(messages);
  }

  void delivered(String address, int messages) {
    counter("delivered", address).increment(messages);
  }

  void late(Duration lateness) {
    this.lateness.record(lateness.isNegative() ? Duration.ZERO : lateness);
  }

  void failed(String address, int messages) {
    counter("failed", address).increment(messages);
  }

  void parked(String address) {
    counter("parked", address).increment();
  }

  void batch(String address, int messages) {
    DistributionSummary.builder("classbell.schedule.batch")
        .description("Messages delivered together")
        .tag("address", address)
        .register(meters)
        .record(messages);
  }

  public void due(long messages) {
    due.set(messages);
  }

  public void deadLetters(Map<String, Long> counts) {
    deadLetters.register(
        counts.entrySet().stream()
            .map(e -> MultiGauge.Row.of(Tags.of("address", e.getKey()), e.getValue()))
            .toList(),
        true);
  }

  private Counter counter(String outcome, String address) {
    return Counter.builder("classbell.schedule.messages")
        .description("Deliveries of messages, by what became of them")
        .tag("outcome", outcome)
        .tag("address", address)
        .register(meters);
  }
}
