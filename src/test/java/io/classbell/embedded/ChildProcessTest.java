package io.classbell.embedded;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.boot.StartFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
  @TempDir Path dir;

  private ChildProcess started(String script) {
    return ChildProcess.start(
        "Redis",
        List.of("bash", "-c", script),
        Map.of(),
        dir.resolve("redis.pid"),
        dir.resolve("redis.log"));
  }

  @Test
  void a_server_that_lacks_a_library_says_which_and_what_to_install() {
    String loader =
        "echo mariadbd: error while loading shared libraries: libsystemd.so.0: cannot open shared object file; exit 127";
    try (ChildProcess server = started(loader)) {
      assertThatThrownBy(() -> server.awaitReady(() -> false, Duration.ofSeconds(20)))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("no libsystemd.so.0")
          .hasMessageContaining("libsystemd0");
    }
  }

  @Test
  void a_server_that_ends_is_quoted() {
    try (ChildProcess server = started("echo the disk is full; exit 1")) {
      assertThatThrownBy(() -> server.awaitReady(() -> false, Duration.ofSeconds(20)))
          .hasMessageContaining("its last words: the disk is full");
    }
  }

  @Test
  void its_errors_are_quoted_rather_than_what_it_says_after_them() {
    try (ChildProcess server =
        started("echo ERROR: no room; for i in 1 2 3 4 5 6; do echo please report; done; exit 1")) {
      assertThatThrownBy(() -> server.awaitReady(() -> false, Duration.ofSeconds(20)))
          .message()
          .endsWith("its last words: ERROR: no room");
    }
  }
}
