package io.classbell.platform.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
  private static String line(String message, Throwable error) {
    LoggingEvent event =
        new LoggingEvent(
            "",
            new LoggerContext().getLogger("io.classbell.Some"),
            Level.WARN,
            message,
            error,
            null);
    event.setMDCPropertyMap(Map.of(TracedAppender.TRACE, "abc"));
    return new String(new JsonLines("node-1").encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void an_event_is_one_line_whatever_is_in_it() throws IOException {
    String line = line("two\nlines and \"quotes\"", new IllegalStateException("boom\nbang"));

    assertThat(line).endsWith("\n").containsOnlyOnce("\n");
    JsonNode json = JsonMapper.builder().build().readTree(line);
    assertThat(json.get("level").asText()).isEqualTo("WARN");
    assertThat(json.get("node").asText()).isEqualTo("node-1");
    assertThat(json.get("trace").asText()).isEqualTo("abc");
    assertThat(json.get("message").asText()).isEqualTo("two\nlines and \"quotes\"");
    assertThat(json.get("error").asText()).contains("boom");
  }

  @Test
  void nobody_is_named_in_a_line_nor_in_its_error() {
    String said = "Duplicate entry 'ada@example.org' for key 'uq_user_account_email'";
    assertThat(line(said, new IllegalStateException(said)))
        .contains("uq_user_account_email")
        .doesNotContain("ada@example.org");
  }
}
