package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.RealNode;
import io.classbell.http.contract.Contract;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java client that the build generates from the contract (openapi-generator, in the phase
 * {@code pre-integration-test}) compiles and works against a node.
 */
class GeneratedClientIT {

  private static final Path GENERATED = Path.of("target/contract-client/src/main/java");
  private static final Path USE = Path.of("src/test/client");

  @TempDir private Path classes;

  @Test
  void a_generated_java_client_logs_in_books_lists_and_reads_refusals() throws Exception {
    compile();
    try (RealNode node = RealNode.inTestMode();
        URLClassLoader loader =
            new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, GeneratedClientIT.class.getClassLoader())) {
      loader
          .loadClass("io.classbell.client.GeneratedClientUse")
          .getMethod("run", String.class)
          .invoke(null, "http://localhost:" + node.port() + Contract.PREFIX);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    }
  }

  private void compile() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<Path> sources = new ArrayList<>();
      for (Path root : List.of(GENERATED, USE)) {
        assertThat(root).as("the build generates it before this test").isDirectory();
        try (Stream<Path> all = Files.walk(root)) {
          all.filter(path -> path.toString().endsWith(".java")).forEach(sources::add);
        }
      }
      List<String> options =
          List.of(
              "-d",
              classes.toString(),
              "-nowarn",
              "-proc:none",
              "-classpath",
              System.getProperty("java.class.path"));
      boolean compiled =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
  }
}
