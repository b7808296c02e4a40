package io.classbell.platform.log;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.charset.StandardCharsets;

/**
 * Encodes log events as text for people: time, level, logger, trace, message, and a stack trace if
 * there is one.
 */
final class TextLines extends PatternLayoutEncoder {
  private static final String LINE =
      "%d{HH:mm:ss.SSS} %-5level %logger{0}%replace( [%X{trace}]){' \\[\\]', ''} - %msg%n%ex";

  TextLines() {
    setPattern(LINE);
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return LogMasking.over(getLayout().doLayout(event)).getBytes(StandardCharsets.UTF_8);
  }
}
