package io.classbell.embedded;

import io.classbell.boot.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server process that ends with this process. It runs under a small shell that holds the reading
 * end of a pipe from this process: when this process ends in any way, the pipe closes and the shell
 * stops the server. The shell puts the server into a process group of its own, so that Ctrl-C in a
 * terminal does not reach the server while the platform drains. The shell then disables job
 * control, because a stopped server (SIGSTOP) would otherwise wake it again and again.
 */
final class ChildProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private static final String GUARD =
      """
      trap '' INT HUP
      set -m
      pid_file=$1
      shift
      exec 3<&0
      "$@" </dev/null 3<&- &
      child=$!
      echo "$child" > "$pid_file"
      ( read -r -u 3 _; kill -TERM -- "-$child" ) 2>/dev/null &
      watch=$!
      set +m
      exec 3<&-
      trap 'kill -TERM -- "-$child" 2>/dev/null' TERM
      wait "$child"
      code=$?
      while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
      exec 2>/dev/null
      kill -KILL -- "-$watch"
      rm -f "$pid_file"
      exit "$code"
      """;

  /** Message of the system's loader for a program that it can't start. */
  private static final Pattern MISSING_LIBRARY =
      Pattern.compile("error while loading shared libraries: ([^:]+):");

  /** The most informative lines of a server's output. */
  private static final Pattern ERROR = Pattern.compile("\\bERROR\\b|No space left");

  /** The packages of the libraries that MariaDB needs; Redis needs none. */
  private static final String PACKAGES = "on Debian: libcrypt1 libsystemd0 libstdc++6";

  private final String name;
  private final Path log;
  private final Process guard;

  private ChildProcess(String name, Path log, Process guard) {
    this.name = name;
    this.log = log;
    this.guard = guard;
  }

  /**
   * Starts {@code command}; its output goes to {@code log}, its process id to {@code pidFile}. The
   * previous log is kept with the suffix {@code .1}.
   */
  static ChildProcess start(
      String name, List<String> command, Map<String, String> environment, Path pidFile, Path log) {
    List<String> guarded = new ArrayList<>(List.of("bash", "-c", GUARD, name, pidFile.toString()));
    guarded.addAll(command);
    keepLast(log);
    ProcessBuilder builder =
        new ProcessBuilder(guarded).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    try {
      return new ChildProcess(name, log, builder.start());
    } catch (IOException e) {
      throw new StartFailure(name + " can't be started: " + e.getMessage(), e);
    }
  }

  private static void keepLast(Path log) {
    try {
      if (Files.exists(log)) {
        Files.move(
            log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      LOG.warn("{} is overwritten: {}", log, e.getMessage());
    }
  }

  /** Returns the file of the program's output. */
  Path log() {
    return log;
  }

  /**
   * Polls {@code ready} until it returns true.
   *
   * @throws StartFailure with the server's last output, if it dies or {@code limit} passes
   */
  void awaitReady(Ready ready, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!ready.ask()) {
      if (exited(Duration.ofMillis(20))) {
        throw new StartFailure(name + " ended at once; its last words: " + lastWords(log));
      }
      if (System.nanoTime() > deadline) {
        throw new StartFailure(
            name + " does not answer after " + limit.toSeconds() + " s; see " + log);
      }
    }
  }

  /** A check whether a starting server is ready. */
  interface Ready {
    boolean ask();
  }

  boolean isAlive() {
    return guard.isAlive();
  }

  /** Completes when the server has ended. */
  CompletableFuture<Process> onExit() {
    return guard.onExit();
  }

  private boolean exited(Duration limit) {
    try {
      guard.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("interrupted while " + name + " started", e);
    }
  }

  static String lastWords(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      for (String line : lines) {
        Matcher missing = MISSING_LIBRARY.matcher(line);
        if (missing.find()) {
          return "this machine has no %s, which it is linked against: install the package that has it (%s), or start servers of your own and name them with --config"
              .formatted(missing.group(1), PACKAGES);
        }
      }
      List<String> errors = lines.stream().filter(line -> ERROR.matcher(line).find()).toList();
      List<String> telling = errors.isEmpty() ? lines : errors;
      return String.join(" | ", telling.subList(Math.max(0, telling.size() - 5), telling.size()));
    } catch (IOException e) {
      return "none (" + e.getMessage() + ")";
    }
  }

  /**
   * Waits until the program has ended by itself.
   *
   * @throws StartFailure with its last output, if it fails or {@code limit} passes
   */
  void awaitDone(Duration limit) {
    if (!exited(limit) || guard.exitValue() != 0) {
      throw new StartFailure(
          name + " failed; its last words: " + lastWords(log) + " (all of them: " + log + ")");
    }
  }

  /** Stops the server: asks it to stop, waits, and finally kills it. */
  @Override
  public void close() {
    try {
      guard.getOutputStream().close();
      if (!guard.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("{} does not stop and is killed", name);
        guard.descendants().forEach(ProcessHandle::destroyForcibly);
        guard.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      LOG.warn("{}: its supervising shell has ended", name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      guard.descendants().forEach(ProcessHandle::destroyForcibly);
      guard.destroyForcibly();
    }
  }

  /**
   * Stops the server that an earlier run left behind, if {@code pidFile} names a process whose
   * command line contains {@code mark}; the process id alone may have been reused.
   */
  static void stopLeftOver(String name, Path pidFile, String mark) {
    try {
      if (!Files.exists(pidFile)) {
        return;
      }
      String text = Files.readString(pidFile).strip();
      if (text.matches("\\d{1,9}")) {
        ProcessHandle.of(Long.parseLong(text))
            .filter(process -> isOurs(process, mark))
            .ifPresent(p -> stop(name, p));
      }
      Files.deleteIfExists(pidFile);
    } catch (IOException e) {
      throw new StartFailure("can't read " + pidFile, e);
    }
  }

  private static boolean isOurs(ProcessHandle process, String mark) {
    return process.info().commandLine().filter(line -> line.contains(mark)).isPresent();
  }

  private static void stop(String name, ProcessHandle process) {
    LOG.info("Stopping {} (process {}), left over by an earlier run", name, process.pid());
    process.destroy();
    try {
      process.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      process.destroyForcibly();
      process.onExit().join();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("interrupted while an earlier " + name + " stopped", e);
    }
  }
}
