package io.classbell.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.testing.TestNode;
import io.classbell.testing.TestPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/cluster}, as an operator uses it. */
class ClusterScriptIT {
  private static final int NODES = 3;

  /** Nodes live for seconds: the second compiler would only take time from others. */
  private static final String QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx384m";

  /** Each node's two ports, and where the members meet. */
  private final int port = TestPorts.free(1, 2, 3, 4, 5, 1_000, 1_001, 1_002);

  @TempDir Path directory;
  private final List<ProcessHandle> started = new ArrayList<>();

  private record At(String name, String url) implements Door {}

  /** One run of the script: what it said is in a file. */
  private final class Script {
    final Path output = directory.resolve("script-" + started.size() + ".txt");
    final Process process;

    Script(String... arguments) throws IOException {
      List<String> command = new ArrayList<>(List.of("scripts/cluster"));
      command.addAll(List.of(arguments));
      command.addAll(List.of("--data", data().toString()));
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      builder.environment().put("JDK_JAVA_OPTIONS", QUICK);
      process = builder.start();
      started.add(process.toHandle());
    }

    String said() {
      try {
        return Files.readString(output);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The exit code. */
    int end() throws InterruptedException {
      assertThat(process.waitFor(12, TimeUnit.MINUTES)).as("ended: " + said()).isTrue();
      return process.exitValue();
    }
  }

  private Path data() {
    return directory.resolve("data");
  }

  @AfterEach
  void nothing_is_left() throws Exception {
    started.addAll(running());
    started.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void nodes_are_started_looked_at_restarted_unnoticed_and_stopped_to_the_last_process()
      throws Exception {
    Script cluster = new Script("" + NODES, "--port", "" + port);
    TestNode.until(
        "the nodes are up",
        Duration.ofMinutes(10),
        () -> cluster.said().contains(NODES + " nodes are up") || !cluster.process.isAlive());
    assertThat(cluster.process.isAlive()).as(cluster.said()).isTrue();
    assertThat(status()).isEqualTo("0 up up up");

    Crowd crowd = new Crowd(doors());
    crowd.start();
    crowd.awaitAnswers();
    Script restart = new Script("restart");
    assertThat(restart.end()).as(restart.said()).isZero();
    crowd.awaitAnswers();
    crowd.stop();
    assertThat(crowd.journal().discourtesies()).isEmpty();
    assertThat(crowd.journal().connectionsRefused()).as("nodes were really away").isPositive();
    crowd.compareNotes();
    assertThat(status()).isEqualTo("0 up up up");

    long redis = Long.parseLong(Files.readString(data().resolve("run/redis.pid")).strip());
    ProcessHandle.of(redis).orElseThrow().destroyForcibly();
    TestNode.until(
        "Redis runs again, and the script says so",
        () ->
            cluster.said().contains("Redis was killed by signal 9 (SIGKILL)")
                && cluster.said().contains("Redis is up again"));

    List<ProcessHandle> all = running();
    assertThat(all).as("nodes, their servers, the script").hasSizeGreaterThan(NODES + 3);
    Script stop = new Script("stop");
    assertThat(stop.end()).as(stop.said()).isZero();
    assertThat(cluster.end()).as(cluster.said()).isZero();
    TestNode.until("no process is left", () -> all.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(status()).isEqualTo("1 gone gone gone");
  }

  private List<Door> doors() {
    return IntStream.range(0, NODES)
        .<Door>mapToObj(i -> new At("node-" + (i + 1), "http://127.0.0.1:" + (port + 2 * i)))
        .toList();
  }

  /** The exit code, and what each node is. */
  private String status() throws Exception {
    Script status = new Script("status");
    StringBuilder found = new StringBuilder().append(status.end());
    status.said().lines().forEach(line -> found.append(' ').append(line.split(" +")[3]));
    return found.toString();
  }

  /** The processes that wrote their ids down: the cluster's own, and its servers'. */
  private List<ProcessHandle> running() throws IOException {
    List<ProcessHandle> found = new ArrayList<>();
    for (String kept : List.of("cluster", "run")) {
      Path pids = data().resolve(kept);
      if (Files.isDirectory(pids)) {
        try (Stream<Path> files = Files.list(pids)) {
          for (Path file : files.filter(f -> f.toString().endsWith(".pid")).toList()) {
            ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).ifPresent(found::add);
          }
        }
      }
    }
    return found;
  }
}
