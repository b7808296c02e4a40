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
 * Hashes and compares passwords on a few threads of their own, as each takes tens of milliseconds
 * of CPU and megabytes. Whoever hashes needs a turn, and turns are shared out fairly by network and
 * account. From virtual threads.
 */
public final class PasswordHasher implements AutoCloseable {

  /** Turns beyond the threads: these ask Redis while the threads compute. */
  private static final int TURNS_AHEAD = 1;

  private final Argon2 argon2;
  private final ThreadPoolExecutor threads;
  private final FairTurns turns;
  private final Timer time;
  private final Counter refused;
  private final PasswordHash nobodys;

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
    this.nobodys = PasswordHash.of(Secret.of(UUID.randomUUID().toString()), argon2);
  }

  /**
   * Waits for a turn, which {@link #leave} ends.
   *
   * @throws RejectedException {@link AccountApi#BUSY} if too many wait, or the caller no longer
   *     does
   */
  public void enter(FairTurns.Lane lane) {
    try {
      turns.enter(lane).await();
    } catch (RejectedException busy) {
      refused.increment();
      throw busy;
    }
  }

  public void leave() {
    turns.leave();
  }

  /** Drops the request's work if it still waits for its turn. */
  public void giveUp(String requestId) {
    turns.giveUp(requestId);
  }

  /**
   * Hashes a new password, in a turn of its own.
   *
   * @throws RejectedException {@link AccountApi#BUSY} if too many wait
   */
  public PasswordHash hash(FairTurns.Lane lane, Secret password) {
    enter(lane);
    try {
      return compute(() -> PasswordHash.of(password, argon2));
    } finally {
      leave();
    }
  }

  /**
   * Compares, in the same steps whether there is an account or not. To be called in a turn.
   *
   * @param stored null for nobody's password, which no password matches
   */
  public boolean matches(Secret password, @Nullable String stored) {
    PasswordHash hash = stored == null ? nobodys : PasswordHash.parse(stored);
    boolean matches = compute(() -> hash.matches(password));
    return matches && stored != null;
  }

  /** Whether a stored hash costs less, or otherwise, than hashes are to cost now. */
  public boolean isOutdated(String stored) {
    return !PasswordHash.parse(stored).isMadeWith(argon2);
  }

  /** What waits is not computed any more. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** The thread pool's queue needs no bound of its own: turns are bounded. */
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
