package io.classbell.embedded;

import io.classbell.testing.TestCa;
import io.classbell.testing.TestPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/** A Redis that shows a certificate and has no port without TLS. */
@NullMarked
public final class TlsRedis implements AutoCloseable {
  private static final Path PROGRAMS = Path.of("target/servers").toAbsolutePath();

  private final int port = TestPorts.free();
  private final ChildProcess server;

  /** Starts one that keeps nothing; its files are in {@code directory}. */
  public TlsRedis(Path directory, TestCa.Identity identity) {
    server =
        ChildProcess.start(
            "Redis with TLS",
            List.of(
                new ServerBinaries(PROGRAMS).redis().toString(),
                "--port",
                "0",
                "--tls-port",
                "" + port,
                "--tls-cert-file",
                identity.chain().toString(),
                "--tls-key-file",
                identity.key().toString(),
                "--tls-auth-clients",
                "no",
                "--tls-ca-cert-file",
                identity.chain().toString(),
                "--save",
                ""),
            Map.of(),
            directory.resolve("redis-tls.pid"),
            directory.resolve("redis-tls.log"));
    server.awaitReady(this::listens, Duration.ofSeconds(30));
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    server.close();
  }
}
