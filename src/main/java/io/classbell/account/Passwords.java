package io.classbell.account;

import io.classbell.account.AccountSettings.Argon2;
import io.classbell.platform.Refusals;
import io.classbell.platform.bus.Failure;
import io.classbell.platform.bus.Refused;
import io.classbell.platform.config.Secret;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hashes and compares passwords on a few threads of their own with a bounded queue, as each takes
 * tens of milliseconds of CPU and megabytes. From virtual threads.
 */
final class Passwords implements AutoCloseable {
  private static final Refused BUSY =
      new Refused(
          new Failure(
              AccountApi.BUSY.status(),
              AccountApi.BUSY.code(),
              AccountApi.BUSY.detail(),
              true,
              1,
              null));

  private final Argon2 argon2;
  private final ThreadPoolExecutor threads;
  private final Timer time;
  private final Counter refused;
  private final PasswordHash nobodys;

  Passwords(Argon2 argon2, MeterRegistry meters) {
    this.argon2 = argon2;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            argon2.threads(),
            argon2.threads(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(argon2.queue()),
            work -> {
              Thread thread = new Thread(work, "password-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    this.time =
        Timer.builder("classbell.password.time")
            .description("Time that a password's hash took")
            .publishPercentiles(0.5, 0.99)
            .register(meters);
    this.refused = Refusals.of(meters, "password");
    Gauge.builder("classbell.password.waiting", threads.getQueue(), queue -> queue.size())
        .description("Passwords that wait to be hashed")
        .register(meters);
    this.nobodys = PasswordHash.of(Secret.of(UUID.randomUUID().toString()), argon2);
  }

  /**
   * Hashes a new password.
   *
   * @throws Refused {@link AccountApi#BUSY} where too many wait
   */
  PasswordHash hash(Secret password) {
    return compute(() -> time.record(() -> PasswordHash.of(password, argon2)));
  }

  /**
   * Compares, in the same steps whether there is an account or not.
   *
   * @param stored null for nobody's password, which no password matches
   * @param before runs right before the comparison and may refuse it
   * @param verdict what to make of whether it matched; runs before the next comparison begins
   * @throws Refused {@link AccountApi#BUSY} where too many wait
   */
  boolean check(
      Secret password, @Nullable String stored, Runnable before, Predicate<Boolean> verdict) {
    return compute(
        () -> {
          before.run();
          PasswordHash hash = stored == null ? nobodys : PasswordHash.parse(stored);
          boolean matches = time.record(() -> hash.matches(password));
          return verdict.test(matches && stored != null);
        });
  }

  /** Whether a stored hash costs less, or otherwise, than hashes are to cost now. */
  boolean isOutdated(String stored) {
    return !PasswordHash.parse(stored).isMadeWith(argon2);
  }

  /** What waits is not computed any more. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  private <T> T compute(Supplier<T> work) {
    Promise<T> promise = Promise.promise();
    try {
      threads.execute(
          () -> {
            try {
              promise.complete(work.get());
            } catch (Throwable t) {
              promise.fail(t);
            }
          });
    } catch (RejectedExecutionException full) {
      refused.increment();
      throw BUSY;
    }
    return Future.await(promise.future());
  }
}
