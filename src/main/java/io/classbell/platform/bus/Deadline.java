package io.classbell.platform.bus;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time until which the caller of a served operation waits for the reply. Work that has not
 * started by then can be skipped. The remaining time travels in milliseconds, because {@link
 * System#nanoTime} differs between nodes; it is kept in the Vert.x context of the message.
 */
public final class Deadline {
  static final String HEADER = "timeout-ms";

  private static final Duration UNKNOWN = Duration.ofSeconds(10);
  private static final ContextLocal<Long> CURRENT = ContextLocal.registerLocal(Long.class);

  /**
   * Registers the context local. Must be called before the first Vertx is created, because context
   * locals are allocated then.
   */
  static void register() {
    // The static initializer registers it.
  }

  /**
   * Returns the deadline in terms of {@link System#nanoTime}; ten seconds from now if the caller
   * did not set one.
   */
  public static long current() {
    Context context = Vertx.currentContext();
    Long deadline = context == null ? null : context.getLocal(CURRENT);
    return deadline == null ? System.nanoTime() + UNKNOWN.toNanos() : deadline;
  }

  /** Sets the deadline of the message that is served in this context. */
  static void set(@Nullable String millisLeft) {
    Context context = Vertx.currentContext();
    if (context == null || millisLeft == null) {
      return;
    }
    try {
      long millis = Long.parseLong(millisLeft);
      context.putLocal(CURRENT, System.nanoTime() + Duration.ofMillis(millis).toNanos());
    } catch (NumberFormatException | ArithmeticException notOurs) {
      // An unreadable value leaves the default in place.
    }
  }

  private Deadline() {}
}
