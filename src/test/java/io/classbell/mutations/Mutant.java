package io.classbell.mutations;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.tools.ToolProvider;

/**
 * A compiled copy of the working tree with one guard less. Only the changed file is compiled: the
 * build would compile them all.
 */
final class Mutant implements AutoCloseable {
  private final Path copy;
  private final Guard guard;
  private final String whole;
  private final String classPath;

  Mutant(Path copy, Guard guard) throws IOException {
    this.copy = copy;
    this.guard = guard;
    this.classPath = Files.readString(copy.resolve("target/classpath")).strip();
    this.whole = guard.takeOut(copy);
    apply();
  }

  private void apply() throws IOException {
    Path source = copy.resolve(guard.file());
    Path classes = copy.resolve("target/classes");
    if (!guard.file().toString().endsWith(".java")) {
      Path resource = Path.of("src/main/resources").relativize(guard.file());
      Files.copy(source, classes.resolve(resource), StandardCopyOption.REPLACE_EXISTING);
      return;
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int failed =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler())
            .run(
                null,
                said,
                said,
                "-proc:none",
                "-nowarn",
                "-parameters",
                "--release",
                "21",
                "-cp",
                classes + ":" + classPath,
                "-d",
                classes.toString(),
                source.toString());
    if (failed != 0) {
      throw new IllegalStateException(
          guard.name() + " does not compile: " + said.toString(StandardCharsets.UTF_8));
    }
  }

  /** Whether the guard's test notices. */
  boolean isNoticed() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("mvn", "-o", "-B", "-q"));
    command.addAll(
        guard.isIntegrationTest()
            ? List.of("failsafe:integration-test", "failsafe:verify", "-Dit.test=" + guard.test())
            : List.of("surefire:test", "-Dtest=" + guard.test()));
    Path log = copy.resolve("target/mutation-" + guard.name() + ".log");
    int code =
        new ProcessBuilder(command)
            .directory(copy.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    String said = Files.readString(log);
    if (code != 0 && !said.contains("Failures:") && !said.contains("Tests run:")) {
      throw new IllegalStateException(guard.name() + ": no test ran, see " + log);
    }
    return code != 0;
  }

  /** The guard is there again. */
  @Override
  public void close() throws IOException {
    Files.writeString(copy.resolve(guard.file()), whole);
    apply();
  }
}
