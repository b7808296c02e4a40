package io.classbell.faults;

import io.classbell.faults.inside.NodeFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What the nodes of one cluster are told to do to themselves: see {@link NodeFaults}. */
final class Inside {
  private static final String PACKAGE = "io/classbell/faults/inside";

  private final Path directory;

  Inside(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    Path classes = Files.createDirectories(classPath().resolve(PACKAGE));
    try (Stream<Path> compiled = Files.list(Path.of("target/test-classes", PACKAGE))) {
      for (Path one : compiled.toList()) {
        Files.copy(one, classes.resolve(one.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Path services = Files.createDirectories(classPath().resolve("META-INF/services"));
    Files.writeString(
        services.resolve("io.vertx.core.spi.VerticleFactory"), NodeFaults.class.getName());
  }

  /** Comes before the application's jars. */
  Path classPath() {
    return directory.resolve("classes");
  }

  List<String> javaOptions(long seed) {
    return List.of(
        "-D" + NodeFaults.DIRECTORY + "=" + directory, "-D" + NodeFaults.SEED + "=" + seed);
  }

  /** Of a hundred messages between nodes so many are lost, doubled, delayed. */
  void disturbBus(int lost, int doubled, int delayed, Duration atMost) throws IOException {
    write("bus", "%d %d %d %d".formatted(lost, doubled, delayed, atMost.toMillis()));
  }

  void healBus() throws IOException {
    Files.deleteIfExists(directory.resolve("bus"));
  }

  /** The first node that reaches this failpoint dies there. */
  void crashAt(String failpoint) throws IOException {
    Files.deleteIfExists(directory.resolve("crashed"));
    write("crash", failpoint);
  }

  /** Whether one did; from now on none does. */
  boolean crashed() throws IOException {
    Files.deleteIfExists(directory.resolve("crash"));
    return Files.exists(directory.resolve("crashed"));
  }

  /** Whole or not at all: nodes read at any moment. */
  private void write(String file, String text) throws IOException {
    Path fresh = directory.resolve(file + ".new");
    Files.writeString(fresh, text);
    Files.move(
        fresh,
        directory.resolve(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
