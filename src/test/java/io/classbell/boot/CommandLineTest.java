package io.classbell.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.config.SettingsReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandLineTest {
  private static CommandLine parse(String... arguments) {
    return CommandLine.parse(List.of(arguments));
  }

  @Test
  void without_arguments_it_brings_its_own_servers_on_the_usual_directory() {
    assertThat(parse())
        .isEqualTo(
            new CommandLine(List.of(), Path.of("data"), null, null, false, false, false, false));
    assertThat(parse().isEmbedded()).isTrue();
  }

  @Test
  void config_takes_files_up_to_the_next_option_and_may_be_said_again() {
    CommandLine line =
        parse("--config", "a.json", "b.json", "--roles", "http,booking", "--config", "c.json");

    assertThat(line.configs())
        .containsExactly(Path.of("a.json"), Path.of("b.json"), Path.of("c.json"));
    assertThat(line.isEmbedded()).isFalse();
    assertThat(line.over(Map.of("CLASSBELL_NODE_ROLES", "wallet")))
        .containsEntry("CLASSBELL_NODE_ROLES", "http,booking");
  }

  @Test
  void insecure_test_mode_is_a_setting_too() {
    assertThat(parse("--insecure-test-mode").over(Map.of()))
        .containsEntry("CLASSBELL_HTTP_INSECURE_TEST_MODE", "true");
    assertThat(parse().over(Map.of())).isEmpty();
  }

  @Test
  void what_it_does_not_understand_it_names() {
    assertThatThrownBy(() -> parse("--prot", "1")).hasMessageContaining("--prot");
    assertThatThrownBy(() -> parse("--migrate")).hasMessageContaining("name it with --config");
    assertThatThrownBy(() -> parse("--port")).hasMessageContaining("--port needs a value");
    assertThatThrownBy(() -> parse("--config")).hasMessageContaining("--config needs a file");
    assertThatThrownBy(() -> parse("--data", "--port", "1"))
        .hasMessageContaining("--data needs a value");
    assertThatThrownBy(() -> parse("--data", "d", "--config", "c"))
        .hasMessageContaining("not both");
  }

  @Test
  void the_public_address_and_the_management_port_follow_the_port() {
    Map<String, String> environment = parse("--port", "9000").over(Map.of());
    Settings settings =
        SettingsReader.of(Settings.class)
            .json("the port", CommandLine.followingPort(environment.get("CLASSBELL_HTTP_PORT")))
            .json(
                "servers",
                """
                {"mode": "test", "database": {"password": "p"}, "redis": {"uri": "redis://localhost"},
                 "account": {"jwtSecret": "0123456789abcdef0123456789abcdef"},
                 "notification": {"smtp": {"host": "localhost"}}}
                """)
            .environment(environment)
            .read();

    assertThat(settings.http().port()).isEqualTo(9000);
    assertThat(settings.http().publicUrl()).isEqualTo("http://localhost:9000");
    assertThat(settings.http().managementPort()).isEqualTo(9001);
  }
}
