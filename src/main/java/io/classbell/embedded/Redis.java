package io.classbell.embedded;

import io.classbell.boot.StartFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Redis server on the loopback address that persists its data across restarts. */
final class Redis implements Supervisor.Server, AutoCloseable {
  static final String HOST = "127.0.0.1";
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private final Path program;
  private final DataDirectory directory;
  private final int port;
  private volatile @Nullable ChildProcess server;

  Redis(Path program, DataDirectory directory, int port) {
    this.program = program;
    this.directory = directory;
    this.port = port;
  }

  /** The address, with the password in it. */
  String uri() {
    return "redis://:" + directory.secret("redis") + "@" + HOST + ":" + port;
  }

  @Override
  public String name() {
    return "Redis";
  }

  /** Starts the server and returns when it has read its data. */
  ChildProcess start() {
    ChildProcess started = launch();
    awaitReady(started);
    return started;
  }

  @Override
  public ChildProcess launch() {
    Path config = directory.run("redis.conf");
    ChildProcess.stopLeftOver("Redis", directory.run("redis.pid"), config.toString());
    try {
      DataDirectory.createPrivately(directory.path().resolve("redis"));
      DataDirectory.writePrivately(config, configuration());
    } catch (IOException e) {
      throw new StartFailure("Redis' data can't be written: " + e.getMessage(), e);
    }
    ChildProcess started =
        ChildProcess.start(
            "Redis",
            List.of(program.toString(), config.toString()),
            Map.of(),
            directory.run("redis.pid"),
            directory.log("redis.log"));
    server = started;
    return started;
  }

  @Override
  public void awaitReady(ChildProcess process) {
    process.awaitReady(this::answers, START_LIMIT);
  }

  private String configuration() {
    return """
        bind %s
        port %d
        requirepass %s
        dir "%s"
        appendonly yes
        appendfsync everysec
        save ""
        maxmemory-policy noeviction
        """
        .formatted(HOST, port, directory.secret("redis"), directory.path().resolve("redis"));
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(HOST, port), 1000);
      socket.setSoTimeout(1000);
      String ask = "AUTH " + directory.secret("redis") + "\r\nPING\r\n";
      socket.getOutputStream().write(ask.getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return "+OK".equals(in.readLine()) && "+PONG".equals(in.readLine());
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    ChildProcess running = server;
    server = null;
    if (running != null) {
      running.close();
    }
  }
}
