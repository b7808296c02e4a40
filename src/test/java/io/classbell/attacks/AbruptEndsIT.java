package io.classbell.attacks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.classbell.RealNode;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Connections that break off, and bodies that are not HTTP: what they leave in log and metrics. */
class AbruptEndsIT {
  private static final String LOGIN =
      "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  private static final String BAD_CHUNK = LOGIN + "Transfer-Encoding: chunked\r\n\r\nzz\r\n";
  private static final String UPGRADE =
      "GET /eventbus/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

  private final List<ILoggingEvent> logged = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          logged.add(event);
        }
      };
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private RealNode node;

  @BeforeEach
  void open() {
    node = RealNode.inTestMode();
    appender.setContext(root.getLoggerContext());
    appender.start();
    root.addAppender(appender);
  }

  @AfterEach
  void close() {
    root.detachAppender(appender);
    node.close();
  }

  private Socket send(String text) throws IOException {
    Socket socket = new Socket("127.0.0.1", node.port());
    socket.setSoTimeout(40_000);
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    return socket;
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /**
   * Lines about connections; the bridge's library is silenced where the platform sets its log up.
   */
  private List<String> lines() {
    return logged.stream()
        .filter(event -> !event.getLoggerName().contains("sockjs"))
        .filter(
            event ->
                event.getLoggerName().contains(".http.")
                    || event.getLoggerName().startsWith("io.netty")
                    || event.getLoggerName().startsWith("io.vertx.core"))
        .map(
            event ->
                event.getFormattedMessage() + (event.getThrowableProxy() == null ? "" : " TRACE"))
        .toList();
  }

  private double counted(String why) {
    return node.metrics()
        .lines()
        .filter(line -> line.startsWith("classbell_http_bad_total") && line.contains(why))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private void nothingIsNegative() {
    assertThat(node.metrics().lines())
        .filteredOn(line -> line.startsWith("vertx_") || line.startsWith("classbell_"))
        .isNotEmpty()
        .noneMatch(line -> line.matches(".* -[0-9].*"));
  }

  @Test
  void bodies_that_are_no_chunks_get_a_400_and_one_log_line_for_all() throws IOException {
    for (int i = 0; i < 20; i++) {
      try (Socket socket = send(BAD_CHUNK)) {
        String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("malformed_request");
      }
    }
    assertThat(counted("malformed")).isEqualTo(20);
    assertThat(lines()).hasSizeLessThan(3).noneMatch(line -> line.contains("TRACE"));
    nothingIsNegative();
  }

  @Test
  void connections_that_are_reset_leave_no_stack_traces_and_no_negative_metric()
      throws IOException {
    for (int i = 0; i < 10; i++) {
      reset(send("GET /api/v1/wal"));
      reset(send(LOGIN + "Content-Length: 1000\r\n\r\n{"));
      reset(send("GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      Socket upgraded = send(UPGRADE);
      upgraded.getInputStream().readNBytes("HTTP/1.1 101".length());
      reset(upgraded);
      Socket corrupted = send(UPGRADE);
      corrupted.getInputStream().readNBytes("HTTP/1.1 101".length());
      corrupted.getOutputStream().write(new byte[] {(byte) 0xff, 0, 0, 0});
      corrupted.close();
    }
    TestNode.until("resets are counted", () -> counted("broken") >= 10);
    Visitor.register(node.port(), "student").get("/wallet").mustBe(200);
    assertThat(lines()).hasSizeLessThan(4).noneMatch(line -> line.contains("TRACE"));
    TestNode.until(
        "no request is taken for one in work",
        () -> node.metrics().contains("classbell_http_in_flight 0.0"));
    nothingIsNegative();
  }
}
