package io.classbell.platform.bus;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.spi.context.storage.ContextLocal;
import org.jspecify.annotations.Nullable;

/**
 * The trace id, which connects everything that one request causes. It is set where the request
 * arrives, travels in a header on the bus and appears in the logs. It is kept in the Vert.x
 * context, not in a thread local.
 */
public final class Trace {
  /** Header of HTTP responses and of bus messages. */
  public static final String HEADER = "x-trace-id";

  private static final ContextLocal<String> CURRENT = ContextLocal.registerLocal(String.class);

  /**
   * Registers the context local. Must be called before the first Vertx is created, because context
   * locals are allocated then.
   */
  public static void register() {
    // The static initializers register them.
    Deadline.register();
  }

  /** Returns the trace id of the current context, if any. */
  public static @Nullable String current() {
    Context context = Vertx.currentContext();
    return context == null ? null : context.getLocal(CURRENT);
  }

  /** Sets the trace id of the current context. */
  public static void set(String id) {
    Context context = Vertx.currentContext();
    if (context != null) {
      context.putLocal(CURRENT, id);
    }
  }

  private Trace() {}
}
