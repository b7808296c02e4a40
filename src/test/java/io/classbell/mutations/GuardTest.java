package io.classbell.mutations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GuardTest {
  private final List<Guard> guards = Guard.read(Path.of("src/test/mutations/guards.txt"));

  GuardTest() throws IOException {}

  @Test
  void every_guard_of_the_list_names_a_text_of_a_file_and_what_to_put_there() throws IOException {
    for (Guard guard : guards) {
      assertThat(Files.readString(guard.file())).as(guard.name()).contains(guard.text());
    }
    assertThat(guards).hasSizeGreaterThan(40);
    assertThat(guards)
        .allSatisfy(
            guard -> {
              assertThat(guard.file()).exists();
              assertThat(guard.text()).isNotEmpty().isNotEqualTo(guard.without());
              assertThat(guard.without()).isNotEmpty();
            });
  }

  @Test
  void every_test_of_the_list_exists() throws IOException {
    for (Guard guard : guards) {
      for (String test : guard.test().split(",")) {
        String[] parts = test.split("[#+]");
        String source = source(parts[0]);
        for (int i = 1; i < parts.length; i++) {
          assertThat(source).as(guard.name()).contains("void " + parts[i] + "(");
        }
      }
    }
  }

  private static String source(String testClass) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return Files.readString(
          files.filter(f -> f.endsWith(testClass + ".java")).findFirst().orElseThrow());
    }
  }
}
