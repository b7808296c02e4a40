package io.classbell.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupervisorTest {
  @TempDir Path dir;

  private final AtomicInteger launches = new AtomicInteger();

  /** A server that runs a shell script. */
  private Supervisor.Server server(String script) {
    return new Supervisor.Server() {
      @Override
      public String name() {
        return "Redis";
      }

      @Override
      public ChildProcess launch() {
        launches.incrementAndGet();
        return ChildProcess.start(
            name(),
            List.of("bash", "-c", script),
            Map.of(),
            dir.resolve("redis.pid"),
            dir.resolve("redis.log"));
      }

      @Override
      public void awaitReady(ChildProcess process) {
        process.awaitReady(() -> true, Duration.ofSeconds(40));
      }
    };
  }

  @Test
  void a_server_that_keeps_dying_is_given_up_after_a_bounded_number_of_restarts() throws Exception {
    CompletableFuture<String> givenUp = new CompletableFuture<>();
    Supervisor.Server dying = server("kill -KILL $$");

    new Supervisor(dying, givenUp::complete).watch(dying.launch());

    assertThat(givenUp.get(40, TimeUnit.SECONDS))
        .startsWith("Redis was killed by signal 9 (SIGKILL)")
        .contains("restarted 3 times", dir.resolve("redis.log").toString());
    assertThat(launches).hasValue(1 + Supervisor.MOST_RESTARTS);
    assertThat(dir.resolve("redis.log.1")).exists();
  }

  @Test
  void a_server_that_is_stopped_in_order_is_not_started_again() throws Exception {
    CompletableFuture<String> givenUp = new CompletableFuture<>();
    Supervisor.Server sleeping = server("sleep 600");
    Supervisor supervisor = new Supervisor(sleeping, givenUp::complete);
    ChildProcess process = sleeping.launch();
    supervisor.watch(process);

    supervisor.close();
    process.close();
    process.onExit().get(40, TimeUnit.SECONDS);

    assertThat(launches).hasValue(1);
    assertThat(givenUp).isNotDone();
  }

  @ParameterizedTest
  @CsvSource({
    "0, ended with exit code 0",
    "1, ended with exit code 1",
    "137, was killed by signal 9 (SIGKILL)",
    "139, was killed by signal 11 (SIGSEGV)",
    "159, was killed by signal 31"
  })
  void an_exit_code_is_told_as_a_code_or_a_signal(int exitCode, String sentence) {
    assertThat(Supervisor.ending(exitCode)).isEqualTo(sentence);
  }
}
