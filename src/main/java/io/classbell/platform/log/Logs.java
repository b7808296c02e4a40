package io.classbell.platform.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Sets the process's log up as its settings say. */
public final class Logs {
  /**
   * System property: {@code true} where standard output is a terminal, as {@code scripts/run} finds
   * out.
   */
  public static final String TERMINAL = "classbell.terminal";

  private static final String CONSOLE = "console";

  /** Libraries that tell much that is no event of ours. */
  private static final List<String> CHATTY =
      List.of(
          "com.hazelcast",
          "org.flywaydb",
          "io.netty",
          "com.icegreen",
          "org.mariadb",
          "io.vertx.spi.cluster");

  private Logs() {}

  /** From here on, lines look as {@code settings} say; {@code node} is named in each JSON line. */
  public static void configure(LogSettings settings, String node) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Encoder<ILoggingEvent> encoder =
        isJson(settings.format()) ? new JsonLines(node) : new TextLines();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setEncoder(encoder);
    console.setName(CONSOLE);
    console.start();
    // What clients send must not fill the log: the bridge reports every bad frame, word for word,
    // and the bus every message that a closed socket no longer takes.
    context.getLogger("io.vertx.ext.web.handler.sockjs").setLevel(Level.OFF);
    context.getLogger("io.vertx.core.eventbus.impl.MessageConsumerImpl").setLevel(Level.ERROR);
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(settings.level().name()));
    root.addAppender(console);
    if (settings.level() != LogSettings.Level.DEBUG) {
      CHATTY.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
      // Vert.x registers some of its gauges once a client and is told so each time.
      context.getLogger("io.micrometer.core.instrument").setLevel(Level.ERROR);
      // Warns that its consistency subsystem is off; nothing of ours rests on it.
      context.getLogger("com.hazelcast.cp").setLevel(Level.ERROR);
      // Calls every browser that closes its window an error.
      context
          .getLogger("io.vertx.ext.web.handler.sockjs.impl.EventBusBridgeImpl")
          .setLevel(Level.OFF);
    }
  }

  /**
   * From here on nobody who logs waits for the terminal. Until then lines come in the order of what
   * is printed beside them.
   */
  public static void writeAside() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Appender<ILoggingEvent> console = root.getAppender(CONSOLE);
    TracedAppender aside = new TracedAppender();
    aside.setContext(context);
    aside.addAppender(console);
    aside.start();
    root.detachAppender(console);
    root.addAppender(aside);
  }

  /** Writes out what is queued; nothing is logged after. */
  public static void close() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
  }

  private static boolean isJson(LogSettings.Format format) {
    return switch (format) {
      case JSON -> true;
      case TEXT -> false;
      case AUTO -> !Boolean.getBoolean(TERMINAL);
    };
  }
}
