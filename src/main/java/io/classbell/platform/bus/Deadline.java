package io.classbell.platform.bus;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Until when the caller of a served operation waits for the reply. Work that has not begun by then
 * need not be done. It travels as the milliseconds left, as nodes' counters differ, and lives in
 * the Vert.x context of the message.
 */
public final class Deadline {
  static final String HEADER = "timeout-ms";

  private static final Duration UNKNOWN = Duration.ofSeconds(10);
  private static final ContextLocal<Long> CURRENT = ContextLocal.registerLocal(Long.class);

  /** Must run before the first Vertx is made: context locals are sized then. */
  static void register() {
    // Loading the class does it.
  }

  /** Of {@link System#nanoTime}; ten seconds from now if the caller did not say. */
  public static long current() {
    Context context = Vertx.currentContext();
    Long deadline = context == null ? null : context.getLocal(CURRENT);
    return deadline == null ? System.nanoTime() + UNKNOWN.toNanos() : deadline;
  }

  /** For the message that is served in this context. */
  static void set(@Nullable String millisLeft) {
    Context context = Vertx.currentContext();
    if (context == null || millisLeft == null) {
      return;
    }
    try {
      long millis = Long.parseLong(millisLeft);
      context.putLocal(CURRENT, System.nanoTime() + Duration.ofMillis(millis).toNanos());
    } catch (NumberFormatException | ArithmeticException notOurs) {
      // The default applies.
    }
  }

  private Deadline() {}
}
