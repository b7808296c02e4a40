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

/** Configures the log of the process. */
public final class Logs {
  /**
   * System property: {@code true} if standard output is a terminal; {@code scripts/run} sets it.
   */
  public static final String TERMINAL = "classbell.terminal";

  private static final String CONSOLE = "console";

  /** Libraries whose informational log lines are suppressed. */
  private static final List<String> CHATTY =
      List.of(
          "com.hazelcast",
          "org.flywaydb",
          "io.netty",
          "com.icegreen",
          "org.mariadb",
          "io.vertx.spi.cluster");

  private Logs() {}

  /** Applies the settings; {@code node} appears in each JSON line. */
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
    // Invalid input of clients must not fill the log: the bridge logs every invalid frame verbatim,
    // and the bus every message that a closed socket no longer accepts.
    context.getLogger("io.vertx.ext.web.handler.sockjs").setLevel(Level.OFF);
    context.getLogger("io.vertx.core.eventbus.impl.MessageConsumerImpl").setLevel(Level.ERROR);
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(settings.level().name()));
    root.addAppender(console);
    if (settings.level() != LogSettings.Level.DEBUG) {
      CHATTY.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
      // Vert.x registers some of its gauges once per client, and Micrometer warns each time.
      context.getLogger("io.micrometer.core.instrument").setLevel(Level.ERROR);
      // Warns that its CP subsystem is disabled; Classbell does not use it.
      context.getLogger("com.hazelcast.cp").setLevel(Level.ERROR);
      // Logs an error for every browser window that is closed.
      context
          .getLogger("io.vertx.ext.web.handler.sockjs.impl.EventBusBridgeImpl")
          .setLevel(Level.OFF);
    }
  }

  /**
   * Switches to asynchronous writing, so that threads do not wait for the terminal. Until then
   * lines appear in order with other output.
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

  /** Writes the queued lines; later lines are lost. */
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
