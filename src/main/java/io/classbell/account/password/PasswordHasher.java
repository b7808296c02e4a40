package io.classbell.account.password;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountSettings.Argon2;
import io.classbell.platform.RefusalCounter;
import io.classbell.platform.config.Secret;
import io.classbell.platform.failure.RejectedException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hashes and compares passwords on a small dedicated thread pool, because each hash takes tens of
 * milliseconds of CPU time and megabytes of memory. Every computation needs a turn; turns are
 * shared fairly between networks and accounts. Call it from virtual threads.
 */
public final class PasswordHasher implements AutoCloseable {

  /**
   * Turns in excess of the threads, so that one caller can query Redis while the threads compute.
   */
  private static final int TURNS_AHEAD = 1;

  private final Argon2 argon2;
  private final ThreadPoolExecutor threads;
  private final FairTurns turns;
  private final Timer time;
  private final Counter refused;
  private final PasswordHash dummyHash;

  public PasswordHasher(Argon2 argon2, MeterRegistry meters) {
    this.argon2 = argon2;
    this.turns = new FairTurns(argon2.threads() + TURNS_AHEAD, argon2.queue(), System::nanoTime);
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            argon2.threads(),
            argon2.threads(),
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
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
    this.refused = RefusalCounter.of(meters, "password");
    Gauge.builder("classbell.password.waiting", turns, FairTurns::waiting)
        .description("Passwords that wait to be hashed")
        .register(meters);
    this.dummyHash = PasswordHash.of(Secret.of(UUID.randomUUID().toString()), argon2);
  }

  /**
   * Waits for a turn, which the caller must end with {@link #leave}.
   *
   * @throws RejectedException {@link AccountApi#BUSY} if too many callers wait, the deadline has
   *     passed or the request was cancelled
   */
  public void enter(FairTurns.TurnRequest turnRequest) {
    try {
      turns.enter(turnRequest).await();
    } catch (RejectedException busy) {
      refused.increment();
      throw busy;
    }
  }

  public void leave() {
    turns.leave();
  }

  /** Drops the request's work if it is still waiting for its turn. */
  public void cancel(String requestId) {
    turns.cancel(requestId);
  }

  /**
   * Hashes a new password, in a turn of its own.
   *
   * @throws RejectedException {@link AccountApi#BUSY} if too many wait
   */
  public PasswordHash hash(FairTurns.TurnRequest turnRequest, Secret password) {
    enter(turnRequest);
    try {
      return compute(() -> PasswordHash.of(password, argon2));
    } finally {
      leave();
    }
  }

  /**
   * Compares a password, in the same time whether there is an account or not. Call it within a
   * turn.
   *
   * @param stored the stored hash; null if there is no account, which no password matches
   */
  public boolean matches(Secret password, @Nullable String stored) {
    PasswordHash hash = stored == null ? dummyHash : PasswordHash.parse(stored);
    boolean matches = compute(() -> hash.matches(password));
    return matches && stored != null;
  }

  /** Whether a stored hash was computed with cost parameters other than the current ones. */
  public boolean isOutdated(String stored) {
    return !PasswordHash.parse(stored).hasCostOf(argon2);
  }

  /** Stops the threads; waiting computations are dropped. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  /**
   * Runs work on the thread pool. Its queue needs no limit of its own, because turns are limited.
   */
  private <T> T compute(Supplier<T> work) {
    Promise<T> promise = Promise.promise();
    threads.execute(
        () -> {
          try {
            promise.complete(time.record(work));
          } catch (Throwable t) {
            promise.fail(t);
          }
        });
    return Future.await(promise.future());
  }
}
