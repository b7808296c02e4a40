package io.classbell.platform.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Encodes log events as one JSON object per line: at (UTC), level, node, logger, thread, trace,
 * message, error.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String node;

  JsonLines(String node) {
    this.node = node;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("at", event.getInstant().toString());
    line.put("level", event.getLevel().toString());
    line.put("node", node);
    line.put("logger", event.getLoggerName());
    line.put("thread", event.getThreadName());
    String trace = event.getMDCPropertyMap().get(TracedAppender.TRACE);
    if (trace != null) {
      line.put(TracedAppender.TRACE, trace);
    }
    line.put("message", LogMasking.over(event.getFormattedMessage()));
    if (event.getThrowableProxy() != null) {
      line.put("error", LogMasking.over(ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }
    try {
      return (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
