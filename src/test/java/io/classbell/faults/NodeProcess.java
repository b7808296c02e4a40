package io.classbell.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node in a JVM of its own, from the application layout, as an operator would start it. */
final class NodeProcess implements Door, AutoCloseable {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  private final String name;
  private final Path config;
  private final int port;
  private final int managementPort;
  private final Inside inside;
  private final long seed;
  private @Nullable Process process;

  NodeProcess(String name, Path config, int port, int managementPort, Inside inside, long seed) {
    this.name = name;
    this.config = config;
    this.port = port;
    this.managementPort = managementPort;
    this.inside = inside;
    this.seed = seed;
  }

  @Override
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public String name() {
    return name;
  }

  void start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    // Most of these JVMs live for seconds: the second compiler would only take time from others.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(inside.javaOptions(seed));
    command.addAll(List.of("-cp", inside.classPath() + ":target/app/lib/*"));
    command.add("io.classbell.Classbell");
    command.addAll(List.of("--config", config.toString()));
    Path log = config.resolveSibling(name + ".log");
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  /** Dies at once, with no chance to say good-bye. */
  void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  /** SIGTERM; answers the exit code. */
  int terminate(Duration limit) throws InterruptedException {
    Process p = running();
    p.destroy();
    if (!p.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(name + " did not stop within " + limit);
    }
    return p.exitValue();
  }

  /** SIGTERM, and no wait for what comes of it. */
  void tellToStop() {
    running().destroy();
  }

  /** The exit code of one that ended. */
  int exitCode() {
    return running().exitValue();
  }

  /** SIGSTOP: alive for the operating system, silent for everybody else. */
  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Waits until the node says that it is ready. */
  void awaitReady(Duration limit) throws InterruptedException, IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline) {
      if (!isAlive()) {
        throw new AssertionError(
            "%s ended with %d; its log ends with:%n%s"
                .formatted(name, running().exitValue(), endOfLog()));
      }
      if (readiness() == 200) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError(
        "%s is not ready after %s (%s); its log ends with:%n%s"
            .formatted(name, limit, state(), endOfLog()));
  }

  /** The status of a GET, or 0 where nobody answers. */
  int status(String path) throws InterruptedException {
    try {
      return get(port, path).statusCode();
    } catch (IOException nobody) {
      return 0;
    }
  }

  /** What it says on its management port, which every node has, and until the end; or 0. */
  int readiness() throws InterruptedException {
    try {
      return get(managementPort, "/health/ready").statusCode();
    } catch (IOException nobody) {
      return 0;
    }
  }

  /** What it says of itself: up, degraded or down; or nothing. */
  String state() throws InterruptedException {
    try {
      return get(managementPort, "/health/ready")
          .body()
          .replaceAll(".*\"status\":\"(\\w+)\".*", "$1");
    } catch (IOException nobody) {
      return "";
    }
  }

  private static HttpResponse<String> get(int port, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(15))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** What it logged so far. */
  String log() throws IOException {
    return Files.readString(config.resolveSibling(name + ".log"));
  }

  /** The last lines that it logged, for the message of a failed test. */
  String endOfLog() throws IOException {
    List<String> lines = log().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }

  private void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(running().pid())).start().waitFor();
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return process;
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
