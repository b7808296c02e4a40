package io.classbell.platform;

import io.vertx.core.Vertx;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job that runs again and again in the context that starts it, and never twice at once: while a
 * run takes longer than the period, the runs that would begin meanwhile are left out. On a virtual
 * thread the job may wait for futures. What it throws is logged, and the next run comes as usual.
 */
public final class PeriodicJob {
  private static final Logger LOG = LoggerFactory.getLogger(PeriodicJob.class);

  private final String name;
  private final Runnable job;
  private boolean running;

  private PeriodicJob(String name, Runnable job) {
    this.name = name;
    this.job = job;
  }

  /**
   * Runs the job once every period, first after one period, until the context's verticle is
   * undeployed.
   *
   * @param name for the log, as in "the clock cannot be measured: …": {@code "measuring the clock"}
   */
  public static PeriodicJob start(Vertx vertx, Duration period, String name, Runnable job) {
    PeriodicJob periodic = new PeriodicJob(name, job);
    vertx.setPeriodic(period.toMillis(), timer -> periodic.run());
    return periodic;
  }

  /** Runs the job now, unless it is running. Only from the context that started it. */
  public void run() {
    if (running) {
      return;
    }
    running = true;
    try {
      job.run();
    } catch (Exception e) {
      LOG.warn("{} failed, it will be tried again: {}", name, e.toString());
    } finally {
      running = false;
    }
  }
}
