package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what must come true, and not longer than it may take. */
final class Eventually {

  private static final int LIMIT_MILLIS = 40_000;
  private static final int STEP_MILLIS = 20;

  private Eventually() {}

  static void isTrue(BooleanSupplier condition) {
    for (int waited = 0; waited < LIMIT_MILLIS; waited += STEP_MILLIS) {
      if (condition.getAsBoolean()) {
        return;
      }
      pause();
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private static void pause() {
    try {
      if (new CountDownLatch(1).await(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new AssertionError();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
