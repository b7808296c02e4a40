package io.classbell.platform.bus;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.spi.context.storage.ContextLocal;
import org.jspecify.annotations.Nullable;

/**
 * The id that ties together everything one request causes: set where it comes in, carried in a
 * header on the bus, printed by the logs. It lives in the Vert.x context, not in a thread.
 */
public final class Trace {
  /** The header of HTTP answers and of bus messages. */
  public static final String HEADER = "x-trace-id";

  private static final ContextLocal<String> CURRENT = ContextLocal.registerLocal(String.class);

  /** Must run before the first Vertx is made: context locals are sized then. */
  public static void register() {
    // Loading the classes does it.
    Deadline.register();
  }

  /** The id of what this thread works on, if any. */
  public static @Nullable String current() {
    Context context = Vertx.currentContext();
    return context == null ? null : context.getLocal(CURRENT);
  }

  /** From here on, in this request's context. */
  public static void set(String id) {
    Context context = Vertx.currentContext();
    if (context != null) {
      context.putLocal(CURRENT, id);
    }
  }

  private Trace() {}
}
