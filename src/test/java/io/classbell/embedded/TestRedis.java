package io.classbell.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/**
 * A Redis for one test, without password and persistence: stopped, it loses everything. It takes
 * DEBUG, with which a test can make it sleep.
 */
@NullMarked
public final class TestRedis implements AutoCloseable {
  private static final Path FILES = Path.of("target/test-redis").toAbsolutePath();
  private static final Duration START_LIMIT = Duration.ofSeconds(40);

  private final ChildProcess process;

  private TestRedis(ChildProcess process) {
    this.process = process;
  }

  /** Starts a server on a loopback port and returns when it answers. */
  public static TestRedis start(int port) throws IOException {
    Files.createDirectories(FILES);
    List<String> command =
        List.of(
            new ServerBinaries(TestServers.PROGRAMS).redis().toString(),
            "--bind",
            Redis.HOST,
            "--port",
            String.valueOf(port),
            "--dir",
            FILES.toString(),
            "--save",
            "",
            "--appendonly",
            "no",
            "--enable-debug-command",
            "local");
    ChildProcess process =
        ChildProcess.start(
            "Redis", command, Map.of(), FILES.resolve(port + ".pid"), FILES.resolve(port + ".log"));
    process.awaitReady(() -> answers(port), START_LIMIT);
    return new TestRedis(process);
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(Redis.HOST, port), 1000);
      socket.setSoTimeout(1000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return "+PONG".equals(in.readLine());
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
