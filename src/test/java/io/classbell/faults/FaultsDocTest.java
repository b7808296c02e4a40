package io.classbell.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultsDocTest {
  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:IT|Test))\\.(\\w+)`");

  @Test
  void every_row_of_the_fault_table_names_tests_that_exist() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("src/docs/faults.md")).stream()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| fault "))
            .toList();
    assertThat(rows).hasSizeGreaterThan(12);
    for (String row : rows) {
      List<MatchResult> named = NAMED.matcher(row).results().toList();
      assertThat(named).as("tests of %s", row).isNotEmpty();
      for (MatchResult one : named) {
        assertThat(source(one.group(1))).as(one.group()).contains("void " + one.group(2) + "(");
      }
    }
  }

  private static String source(String testClass) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      Path file = files.filter(f -> f.endsWith(testClass + ".java")).findFirst().orElseThrow();
      return Files.readString(file);
    }
  }
}
