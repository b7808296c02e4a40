package io.classbell.embedded;

import io.classbell.boot.StartFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches an embedded server: logs the end of its process and restarts it on the same data and
 * port. A server that keeps dying is not restarted again.
 */
final class Supervisor implements AutoCloseable {
  /** Limit of restarts within {@link #WINDOW}. */
  static final int MOST_RESTARTS = 3;

  static final Duration WINDOW = Duration.ofMinutes(10);

  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final int SIGNALLED = 128;

  private static final Map<Integer, String> SIGNALS =
      Map.of(
          1, "SIGHUP", 2, "SIGINT", 3, "SIGQUIT", 4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 9,
          "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");

  /** A server that can be started more than once. */
  interface Server {
    String name();

    /** Starts the process; does not wait until it answers. */
    ChildProcess launch();

    /**
     * Waits until the process answers.
     *
     * @throws StartFailure when it ends or takes too long
     */
    void awaitReady(ChildProcess process);
  }

  private final Server server;
  private final Consumer<String> givenUp;
  private final Deque<Instant> restarts = new ArrayDeque<>();
  private boolean closed;

  /**
   * @param givenUp called once, with a sentence, when the server is not restarted again
   */
  Supervisor(Server server, Consumer<String> givenUp) {
    this.server = server;
    this.givenUp = givenUp;
  }

  /** Watches a process that runs. */
  void watch(ChildProcess process) {
    process
        .onExit()
        .thenAccept(
            ended ->
                Thread.ofVirtual()
                    .name("restart " + server.name())
                    .start(() -> died(process, ended.exitValue())));
  }

  private void died(ChildProcess process, int exitCode) {
    String how = "%s %s".formatted(server.name(), ending(exitCode));
    ChildProcess next;
    int number;
    synchronized (this) {
      if (closed) {
        return;
      }
      Instant now = Instant.now();
      while (!restarts.isEmpty() && restarts.getFirst().isBefore(now.minus(WINDOW))) {
        restarts.removeFirst();
      }
      if (restarts.size() == MOST_RESTARTS) {
        closed = true;
        next = null;
      } else {
        restarts.addLast(now);
        LOG.error("{}; starting it again (restart {} of {})", how, restarts.size(), MOST_RESTARTS);
        next = launch(how);
      }
      number = restarts.size();
    }
    if (next == null) {
      givenUp.accept(
          "%s. It was restarted %d times within %d minutes and is not started again; see %s"
              .formatted(how, number, WINDOW.toMinutes(), process.log()));
      return;
    }
    try {
      server.awaitReady(next);
      LOG.warn("{} is up again", server.name());
    } catch (StartFailure e) {
      // Its end, if it ended, is watched; one that runs without answering is stopped.
      next.close();
    }
  }

  /** Null where it cannot even be launched. */
  private @Nullable ChildProcess launch(String how) {
    try {
      ChildProcess next = server.launch();
      watch(next);
      return next;
    } catch (StartFailure e) {
      LOG.error("{} and cannot be started again: {}", how, e.getMessage());
      closed = true;
      return null;
    }
  }

  /** How a process ended, from the exit code of the shell that waited for it. */
  static String ending(int exitCode) {
    if (exitCode <= SIGNALLED) {
      return "ended with exit code " + exitCode;
    }
    int signal = exitCode - SIGNALLED;
    String name = SIGNALS.get(signal);
    return "was killed by signal " + signal + (name == null ? "" : " (" + name + ")");
  }

  /** Starts nothing from now on. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
