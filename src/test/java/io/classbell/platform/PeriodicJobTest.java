package io.classbell.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PeriodicJobTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void a_job_that_waits_is_not_run_twice_at_once() throws InterruptedException {
    Promise<Void> end = Promise.promise();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch ticks = new CountDownLatch(20);
    CountDownLatch again = new CountDownLatch(2);
    deploy(
        () -> {
          PeriodicJob.start(
              vertx,
              Duration.ofMillis(1),
              "waiting",
              () -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                end.future().await();
                running.decrementAndGet();
                again.countDown();
              });
          // Of the same context: each of these ticks comes after a tick of the job.
          vertx.setPeriodic(1, t -> ticks.countDown());
        });

    assertThat(ticks.await(40, TimeUnit.SECONDS)).isTrue();
    assertThat(running.get()).isEqualTo(1);
    end.complete();

    assertThat(again.await(40, TimeUnit.SECONDS)).isTrue();
    assertThat(most.get()).isEqualTo(1);
  }

  @Test
  void a_job_that_fails_is_run_again() throws InterruptedException {
    CountDownLatch runs = new CountDownLatch(3);
    deploy(
        () ->
            PeriodicJob.start(
                vertx,
                Duration.ofMillis(1),
                "failing",
                () -> {
                  runs.countDown();
                  throw new IllegalStateException("failed");
                }));

    assertThat(runs.await(40, TimeUnit.SECONDS)).isTrue();
  }

  private void deploy(Runnable start) {
    vertx
        .deployVerticle(
            new VerticleBase() {
              @Override
              public Future<?> start() {
                start.run();
                return Future.succeededFuture();
              }
            },
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }
}
