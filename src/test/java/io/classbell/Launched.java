package io.classbell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The packaged program in a process of its own. */
final class Launched implements AutoCloseable {
  private static final Path APP = Path.of("target/app").toAbsolutePath();

  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final CompletableFuture<Void> open = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private Launched(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  static Launched embedded(Map<String, String> environment, String... arguments) {
    return launch(APP + "/lib/*:" + APP + "/embedded/*", environment, arguments);
  }

  static Launched production(Map<String, String> environment, String... arguments) {
    return launch(APP + "/lib/*", environment, arguments);
  }

  private static Launched launch(
      String classPath, Map<String, String> environment, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It lives for seconds: the second compiler would only take time from others.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dclassbell.servers=" + Path.of("target/servers").toAbsolutePath(),
                "-Dclassbell.terminal=true",
                "-cp",
                classPath,
                "io.classbell.Classbell"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      return new Launched(builder.start());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
        if (line.startsWith("Classbell is open at") || line.startsWith("Classbell runs")) {
          open.complete(null);
        }
      }
      ended.complete(null);
    } catch (IOException e) {
      ended.completeExceptionally(e);
    } finally {
      open.completeExceptionally(new IllegalStateException("did not open: " + output()));
    }
  }

  /** Waits until the program has said that it is open. */
  Launched awaitOpen() throws InterruptedException, TimeoutException {
    try {
      open.get(180, TimeUnit.SECONDS);
      return this;
    } catch (ExecutionException e) {
      throw new IllegalStateException(output(), e);
    }
  }

  /** Waits until a line with this text was written. */
  void awaitLine(String text) throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    synchronized (lines) {
      while (lines.stream().noneMatch(line -> line.contains(text))) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException(output());
        }
        lines.wait(100);
      }
    }
  }

  /** Waits for the end. */
  int exitCode() throws InterruptedException, ExecutionException, TimeoutException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new TimeoutException(output());
    }
    ended.get(40, TimeUnit.SECONDS);
    return process.exitValue();
  }

  String output() {
    synchronized (lines) {
      return String.join("\n", lines);
    }
  }

  /** SIGTERM. {@link Process#destroy} would also close the stream that its last words come by. */
  void terminate() {
    process.toHandle().destroy();
  }

  Process process() {
    return process;
  }

  /** The servers that run on a data directory, by their process id files. */
  static List<ProcessHandle> servers(Path data) throws IOException {
    List<ProcessHandle> servers = new ArrayList<>();
    try (Stream<Path> files = Files.list(data.resolve("run"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".pid")).toList()) {
        pid(file).flatMap(ProcessHandle::of).ifPresent(servers::add);
      }
    }
    return servers;
  }

  /** Empty where its process has just ended and taken the file with it. */
  private static Optional<Long> pid(Path file) throws IOException {
    try {
      return Optional.of(Long.parseLong(Files.readString(file).strip()));
    } catch (NoSuchFileException ended) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws InterruptedException {
    terminate();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
