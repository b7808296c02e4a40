package io.classbell.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
  @Test
  void it_reads_a_data_directory_or_settings_files(@TempDir Path dir) {
    assertThat(Audit.parse(List.of("--data", dir.toString())).data()).isEqualTo(dir);
    assertThat(Audit.parse(List.of("--config", "a.json", "b.json")).configs())
        .containsExactly(Path.of("a.json"), Path.of("b.json"));
  }

  @Test
  void what_it_does_not_understand_it_names() {
    assertRefused("no such option: --dta", "--dta");
    assertRefused("no such option: --dta", "--dta", "x");
    assertRefused("--data needs a value", "--data");
    assertRefused("--config needs a value", "--config");
    assertRefused("--config needs a value", "--config", "a.json", "--config");
    assertRefused("no such option: x", "x");
  }

  private static void assertRefused(String sentence, String... arguments) {
    assertThatThrownBy(() -> Audit.parse(List.of(arguments)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }
}
