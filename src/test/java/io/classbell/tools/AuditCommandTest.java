package io.classbell.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {
  @Test
  void it_reads_a_data_directory_or_settings_files(@TempDir Path dir) {
    assertThat(AuditCommand.parse(List.of("--data", dir.toString())).data()).isEqualTo(dir);
    assertThat(AuditCommand.parse(List.of("--config", "a.json", "b.json")).configs())
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

  @Test
  void books_that_could_not_be_read_are_not_called_broken(@TempDir Path dir) throws Exception {
    Path config =
        Files.writeString(
            dir.resolve("config.json"),
            """
            {"mode": "test",
             "database": {"port": 1, "password": "x", "connectTimeout": "PT0.5S"},
             "redis": {"uri": "redis://127.0.0.1:1"},
             "account": {"jwtSecret": "0123456789abcdef0123456789abcdef"},
             "notification": {"smtp": {"host": "127.0.0.1", "startTls": "disabled"}}}
            """);
    var said = new ByteArrayOutputStream();

    int exitCode =
        AuditCommand.run(
            List.of("--config", config.toString()), new PrintStream(said), new PrintStream(said));

    assertThat(exitCode).isEqualTo(3);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("can't be audited");
  }

  private static void assertRefused(String sentence, String... arguments) {
    assertThatThrownBy(() -> AuditCommand.parse(List.of(arguments)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }
}
